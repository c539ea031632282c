import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { concatMap } from 'rxjs';
import type { Observable } from 'rxjs';
import { Visibility } from '#catalog';
import { normalizeName, pluginId } from '#kernel';

/** Answers a decision once searches show it: what was quarantined is found by nobody who hears of it. */
@Injectable()
export class AwaitVisibility implements NestInterceptor {
  constructor(private readonly visibility: Visibility) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { params } = context.switchToHttp().getRequest<{ params: Record<string, string | undefined> }>();
    const plugin = pluginId(normalizeName(params['publisher'] ?? ''), normalizeName(params['plugin'] ?? ''));
    return next.handle().pipe(
      concatMap(async (answer: unknown) => {
        await this.visibility.reached(plugin);
        return answer;
      }),
    );
  }
}
