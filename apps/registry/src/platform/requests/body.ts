import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, ValidationError } from '@nestjs/common';
import { Readable } from 'node:stream';
import { closestWord, limits, RegistryError } from '#kernel';
import { applyKeptRules, ruledMembers } from './body-rules.js';
import { unsupportedMediaType } from './media-type.js';

const shownCharacters = 64;

interface BodyProblem {
  /** JSON pointer (RFC 6901) into the body. */
  pointer: string;
  message: string;
}

/** Checks every body and query that is a class: unknown members are refused, every problem is told at once. */
class BodyPipe implements PipeTransform {
  private pipes: Promise<{ body: ValidationPipe; query: ValidationPipe }> | undefined;

  async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body') {
      if (Buffer.isBuffer(value) || value instanceof Readable)
        throw unsupportedMediaType(['application/json']);
      refuseUnkeepable(value);
    }
    // Names, numbers and the like are the route's to parse.
    if (metadata.type === 'custom' || metadata.metatype === undefined || unruled.has(metadata.metatype))
      return value;
    this.pipes ??= makePipes();
    const { body, query } = await this.pipes;
    return (metadata.type === 'query' ? query : body).transform(value, metadata);
  }
}

const unruled: ReadonlySet<unknown> = new Set([String, Boolean, Number, Array, Object, Buffer]);

/** The checker is loaded with the first body that there is to check. */
async function makePipes(): Promise<{ body: ValidationPipe; query: ValidationPipe }> {
  await applyKeptRules();
  return { body: pipe('invalid-body', 'The body'), query: pipe('invalid-parameter', 'The query') };
}

export const bodyPipe: PipeTransform = new BodyPipe();

function pipe(code: string, what: string): ValidationPipe {
  return new ValidationPipe({
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    transform: true,
    stopAtFirstError: false,
    // For the sentences; neither is ever answered.
    validationError: { target: true, value: true },
    exceptionFactory: (errors) => {
      const problems = errors.flatMap((error) => describe(error, '')).slice(0, limits.bodyProblems);
      const sentences = problems.map((problem) => problem.message).join('; ');
      return new RegistryError('invalid', code, `${what} does not fit: ${sentences}.`, {
        details: { problems },
      });
    },
  });
}

/** What checks recurse into without an end of their own, and text that no database keeps as it is. */
function refuseUnkeepable(body: unknown): void {
  let level = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.jsonBodyDepth)
      throw bodyRefused(`it is nested more than ${limits.jsonBodyDepth} deep`);
    if (level.some((value) => typeof value === 'string' && /\p{Surrogate}/u.test(value)))
      throw bodyRefused('it has half of a surrogate pair in a text');
    level = level.flatMap((value): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}

const bodyRefused = (what: string): RegistryError =>
  new RegistryError('invalid', 'invalid-body', `The body does not fit: ${what}.`, {
    details: { problems: [] },
  });

function describe(error: ValidationError, parent: string): BodyProblem[] {
  const name = error.property.slice(0, shownCharacters);
  const pointer = `${parent}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  return [
    ...sentencesOn(error, name).map((message) => ({ pointer, message })),
    ...(error.children ?? []).flatMap((child) => describe(child, pointer)),
  ];
}

/** Of a member that is missing, or not known, there is no more to say. */
function sentencesOn({ constraints, target, value }: ValidationError, name: string): string[] {
  if (constraints === undefined) return [];
  if ('whitelistValidation' in constraints) {
    const shape = target?.constructor as Parameters<typeof ruledMembers>[0] | undefined;
    const near = shape && closestWord(name, ruledMembers(shape));
    return [`"${name}" is not known here${near === undefined ? '' : `: did you mean "${near}"?`}`];
  }
  return value === undefined ? [`"${name}" is missing`] : Object.values(constraints);
}
