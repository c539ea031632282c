import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, ValidationError } from '@nestjs/common';
import { limits, RegistryError } from '#kernel';
import { applyKeptRules } from './body-rules.js';

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
    if (metadata.type === 'body') refuseUnkeepable(value);
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
    validationError: { target: false, value: false },
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
      typeof value === 'object' && value !== null && !Buffer.isBuffer(value) ? Object.values(value) : [],
    );
  }
}

const bodyRefused = (what: string): RegistryError =>
  new RegistryError('invalid', 'invalid-body', `The body does not fit: ${what}.`, {
    details: { problems: [] },
  });

function describe(error: ValidationError, parent: string): BodyProblem[] {
  const pointer = `${parent}/${error.property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message:
      rule === 'whitelistValidation'
        ? `"${error.property.slice(0, shownCharacters)}" is not known here`
        : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, pointer))];
}
