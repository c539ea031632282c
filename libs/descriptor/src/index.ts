export type {
  ComponentReference,
  Descriptor,
  DescriptorInterface,
  DescriptorKind,
  FormElement,
  Operation,
  Problem,
  Reading,
  Severity,
} from './descriptor.js';
export { assignVersions } from './assign-versions.js';
export type { VersionedDescriptor } from './assign-versions.js';
export { descriptorJsonSchema } from './descriptor-json-schema.js';
export { nameComplaint } from './native-texts.js';
export { readDescriptor } from './read-descriptor.js';
export type { ReadOptions } from './read-descriptor.js';
export { anyHost, bestSuiting, suitsHost, unsuitedTo } from './suits-host.js';
export type { HostFacts } from './suits-host.js';
