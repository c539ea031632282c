/** What is wrong with a value, before it is known where. */
export interface FormComplaint {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
}
