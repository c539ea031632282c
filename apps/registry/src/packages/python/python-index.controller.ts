import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RegistryError } from '#kernel';
import { isPythonName, normalizePythonName, packageNotFound } from '#packages';
import {
  ApiNotModifiedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
} from '../../platform/contract/api-decorators.js';
import { Refuses } from '../../platform/contract/refuses.js';
import { DocumentCache } from '../../platform/answers/document-cache.js';
import { Requires } from '../../platform/callers/requires.js';
import { PythonPages } from './python-pages.js';
import { upstreamRefuses, upstreamUnreachable } from '../upstream/upstream-refusals.js';
import { simpleFormFor, simpleForms } from './simple-form.js';
import type { SimpleForm } from './simple-form.js';

/**
 * The subject under which a form of the list of all names is kept; no plugin and no package is called that. Each has its
 * own, since a subject may only take up its share of the cache.
 */
export const pythonListSubject = (form: SimpleForm): string => `the list of python in ${form}`;

const pages = Object.fromEntries(simpleForms.map((form) => [form, { schema: { type: 'string' } }]));

/**
 * The simple repository API. Its addresses end with a slash, which Nest's routes can't; so one route takes all of them,
 * and the path is read here.
 */
@Controller('pypi')
export class PythonIndexController {
  constructor(
    private readonly pages: PythonPages,
    private readonly documents: DocumentCache,
  ) {}

  @Get('simple')
  @Requires('read')
  @ApiOperation({
    operationId: 'getSimpleListWithoutSlash',
    summary: 'The list of Python projects, without its slash',
  })
  @ApiResponse({ status: 301, description: 'To the address with a slash.' })
  toList(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    redirect(request, reply, 'simple/');
  }

  /** Also answers HEAD. */
  @Get('simple/*')
  @Requires('read')
  @ApiOperation({
    operationId: 'getSimplePage',
    summary: 'A page of the Python index',
    description:
      'The simple repository API 1.4 (PEPs 503, 691, 700, 714, 592, 792), for pip, uv and their kin: nothing as the path is the list of projects; `{project}/` is a project with its files. Other spellings of the name, and a missing slash, are redirected. `Accept` chooses between JSON and HTML.',
  })
  @ApiParam({ name: 'path', example: 'zephyr-tool/', description: 'Nothing, or a project and a slash.' })
  @ApiOkResponse({ content: pages })
  @ApiResponse({ status: 301, description: 'To the address with the normalised name and a slash.' })
  @ApiNotModifiedResponse()
  @Refuses(
    { kind: 'not-found', code: 'package-not-found', when: 'Neither the store nor its upstream has it.' },
    upstreamUnreachable,
    upstreamRefuses,
    { kind: 'not-acceptable', code: 'not-acceptable', when: '`Accept` names none of the forms.' },
  )
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void | Promise<void> {
    const path = (request.params as { '*': string })['*'];
    const form = formFor(request);
    if (path === '')
      return this.documents.answer(request, reply, pythonListSubject(form), form, () =>
        this.pages.list(form),
      );
    const written = path.endsWith('/') ? path.slice(0, -1) : path;
    if (!isPythonName(written)) throw packageNotFound(written);
    const name = normalizePythonName(written);
    if (written === path) return redirect(request, reply, `${name}/`);
    if (name !== written) return redirect(request, reply, `../${name}/`);
    return this.documents.answer(request, reply, `python:${name}`, form, () =>
      this.pages.project(name, form, request.headers.via),
    );
  }
}

/** `to` is relative, so that it also holds below whatever prefix a proxy has put before the store. */
function redirect(request: FastifyRequest, reply: FastifyReply, to: string): void {
  const query = request.url.indexOf('?');
  const location = query === -1 ? to : `${to}${request.url.slice(query)}`;
  void reply.status(301).header('location', location).send();
}

function formFor(request: FastifyRequest): SimpleForm {
  const form = simpleFormFor(request.headers.accept);
  if (form !== undefined) return form;
  throw new RegistryError(
    'not-acceptable',
    'not-acceptable',
    `The pages of the Python index come as ${simpleForms.join(', ')}: name one of them in Accept.`,
  );
}
