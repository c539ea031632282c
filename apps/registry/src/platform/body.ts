import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from '@nestjs/common';
import { RegistryError } from '#kernel';

interface BodyProblem {
  /** JSON pointer (RFC 6901) into the body. */
  pointer: string;
  message: string;
}

/** Checks every body and query that is a class: unknown members are refused, every problem is told at once. */
export const bodyPipe = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  stopAtFirstError: false,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) => {
    const problems = errors.flatMap((error) => describe(error, ''));
    return new RegistryError(
      'invalid',
      'invalid-body',
      `The request does not fit: ${problems.map((problem) => problem.message).join('; ')}.`,
      { details: { problems } },
    );
  },
});

function describe(error: ValidationError, parent: string): BodyProblem[] {
  const pointer = `${parent}/${error.property.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    message: rule === 'whitelistValidation' ? `"${error.property}" is not known here` : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => describe(child, pointer))];
}
