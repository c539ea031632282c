/** What the store's settings say of new releases. */
export class PublishPolicy {
  constructor(
    /** Whether a moderator must approve a release before others see it. */
    readonly reviewRequired: boolean,
  ) {}
}
