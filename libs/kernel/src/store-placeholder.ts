/**
 * Stands for the store's public address in what is kept for ever: the address may change, what is kept may not. `.invalid`
 * is nobody's (RFC 2606).
 */
export const storePlaceholder = 'https://store.invalid';
