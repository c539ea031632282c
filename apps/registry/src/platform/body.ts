import { ValidationPipe } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, ValidationError } from '@nestjs/common';
import { RegistryError } from '#kernel';

interface BodyProblem {
  /** JSON pointer (RFC 6901) into the body. */
  pointer: string;
  message: string;
}

/** Checks every body and query that is a class: unknown members are refused, every problem is told at once. */
class BodyPipe implements PipeTransform {
  private readonly bodies = pipe('invalid-body', 'The body');
  private readonly queries = pipe('invalid-parameter', 'The query');

  transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return (metadata.type === 'query' ? this.queries : this.bodies).transform(value, metadata);
  }
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
      const problems = errors.flatMap((error) => describe(error, ''));
      const sentences = problems.map((problem) => problem.message).join('; ');
      return new RegistryError('invalid', code, `${what} does not fit: ${sentences}.`, {
        details: { problems },
      });
    },
  });
}

function describe(error: ValidationError, parent: string): BodyProblem[] {
  const pointer = `${parent}/${error.property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: rule === 'whitelistValidation' ? `"${error.property}" is not known here` : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, pointer))];
}
