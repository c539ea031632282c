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
export { readDescriptor } from './read-descriptor.js';
export type { ReadOptions } from './read-descriptor.js';
