import type { SearchAnswer, SearchHit, Suggestion } from '#search';
import { ApiProperty, schemaPath } from '../platform/contract/api-decorators.js';

export class PluginHitDeprecationBody {
  @ApiProperty({ example: 'Use galaxy/kube-next instead.' })
  message!: string;

  @ApiProperty({ type: String, nullable: true, example: 'galaxy/kube-next' })
  replaced_by!: string | null;
}

export class PluginHitBody {
  @ApiProperty({ example: 'galaxy/kubeplugin' })
  id!: string;

  @ApiProperty({ example: 'galaxy' })
  publisher!: string;

  @ApiProperty({ description: 'As its descriptor writes it.', example: 'KubePlugin' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Kubernetes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Runs a Kubernetes cluster' })
  summary!: string | null;

  @ApiProperty({ type: String, nullable: true, example: '1.0.0' })
  version!: string | null;

  @ApiProperty({ type: [String], example: ['compute'] })
  categories!: readonly string[];

  @ApiProperty({ type: [String], example: ['kubernetes'] })
  tags!: readonly string[];

  @ApiProperty({ enum: ['trusted', 'untrusted'], example: 'untrusted' })
  trust!: string;

  @ApiProperty({ enum: ['native', 'insightconnect', 'cloudlaunch'], example: 'native' })
  kind!: string;

  @ApiProperty({ type: [String], description: 'Names of interfaces.', example: ['default'] })
  interfaces!: readonly string[];

  @ApiProperty({ type: 'integer', example: 0 })
  downloads!: number;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  updated_at!: string;

  @ApiProperty({ description: 'Whether all its versions are yanked.', example: false })
  withdrawn!: boolean;

  @ApiProperty({
    type: PluginHitDeprecationBody,
    nullable: true,
    description: 'Of the version shown. What is deprecated is ranked behind what matches as well.',
  })
  deprecated!: PluginHitDeprecationBody | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Field to an HTML-escaped fragment of it, with `<mark>` around what matched.',
    example: { name: '<mark>Kube</mark>Plugin' },
  })
  highlights!: Readonly<Record<string, string>>;
}

export class FacetValueBody {
  @ApiProperty({ example: 'compute' })
  value!: string;

  @ApiProperty({ type: 'integer', example: 12 })
  count!: number;
}

export class FacetsBody {
  @ApiProperty({ type: [FacetValueBody] })
  category!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  tag!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  publisher!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  kind!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  interface!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  has!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  trust!: readonly FacetValueBody[];

  @ApiProperty({ type: [FacetValueBody] })
  host!: readonly FacetValueBody[];
}

export class SearchBody {
  @ApiProperty({ type: [PluginHitBody] })
  items!: PluginHitBody[];

  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page.' })
  next!: string | null;

  @ApiProperty({ type: 'integer', description: 'How many there are in all.', example: 1 })
  total!: number;

  @ApiProperty({
    allOf: [{ $ref: schemaPath(FacetsBody) }],
    description: 'How many would be found by each value; a facet ignores its own filter.',
  })
  facets!: FacetsBody;
}

export class SuggestionBody {
  @ApiProperty({ example: 'galaxy/kubeplugin' })
  id!: string;

  @ApiProperty({ example: 'KubePlugin' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Kubernetes' })
  title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Runs a Kubernetes cluster' })
  summary!: string | null;
}

export class SuggestionListBody {
  @ApiProperty({ type: [SuggestionBody] })
  items!: readonly SuggestionBody[];

  @ApiProperty({ type: String, nullable: true, description: 'Always null: there is one page.' })
  next!: null;
}

export function searchBody({ hits, next, total, facets }: SearchAnswer): SearchBody {
  return { items: hits.map(hitBody), next, total, facets };
}

function hitBody({ document, highlights }: SearchHit): PluginHitBody {
  return {
    id: document.id,
    publisher: document.publisher,
    name: document.name,
    title: document.title,
    summary: document.summary,
    version: document.version,
    categories: document.categories,
    tags: document.tags,
    trust: document.trust,
    kind: document.kind,
    interfaces: document.interfaces,
    downloads: document.downloads,
    updated_at: new Date(document.updatedAt).toISOString(),
    withdrawn: document.withdrawn,
    deprecated: document.deprecated && {
      message: document.deprecated.message,
      replaced_by: document.deprecated.replacedBy,
    },
    highlights,
  };
}

export function suggestionListBody(suggestions: readonly Suggestion[]): SuggestionListBody {
  const items = suggestions.map(({ id, name, title, summary }) => ({ id, name, title, summary }));
  return { items, next: null };
}
