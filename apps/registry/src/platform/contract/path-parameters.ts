/** What the names in paths mean, for the contract; a route may say more of its own with `@ApiParam`. */
export const pathParameters: Readonly<Record<string, { description: string; example: string }>> = {
  publisher: { description: 'The publisher, in any spelling of its id.', example: 'galaxy' },
  plugin: { description: 'The plugin’s name, in any spelling of its id.', example: 'kubeplugin' },
  version: { description: 'A version; `latest` or a channel where the route says so.', example: '1.0.0' },
  channel: { description: 'A channel.', example: 'beta' },
  username: { description: 'The username of an account.', example: 'ada' },
  sha256: { description: 'The SHA-256 of the bytes, in hexadecimal.', example: 'e3b0c44298fc1c14…' },
  filename: {
    description: 'The file name that the artifact was published with.',
    example: 'kube-1.0.0-py3-none-any.whl',
  },
};
