/** What a person is to the whole store; an administrator is a moderator too. */
export type Role = 'moderator' | 'administrator';
