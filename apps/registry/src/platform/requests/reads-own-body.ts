import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

const mark = 'readsOwnBody';

/** The route reads its JSON by itself, while it arrives: it is handed none, and bounds it. */
export const ReadsOwnBody = (): MethodDecorator => RouteConfig({ [mark]: true });

export const readsOwnBody = ({ routeOptions }: FastifyRequest): boolean =>
  mark in (routeOptions.config as object);
