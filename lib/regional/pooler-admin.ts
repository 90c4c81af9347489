/** Name of the secret with the password of a pooler's administrator, which its roles must know before it is made. */
export const poolerAdminSecret = (pooler: string): string => `${pooler}/administrator`;
