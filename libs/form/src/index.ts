export { checkForm } from './check-form.js';
export type { FormProblem } from './check-form.js';
export { formSchema } from './form-schema.js';
