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
