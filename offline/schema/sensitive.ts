/**
 * Arguments and results that the AWS provider marks sensitive. The bindings do not keep the mark, so it goes by name;
 * the names are those of the provider's documentation for databases, caches, secrets and keys.
 */
const SENSITIVE = new Set([
  "access_key",
  "auth_token",
  "master_password",
  "password",
  "private_key",
  "random_password",
  "secret",
  "secret_binary",
  "secret_key",
  "secret_string",
  "token",
]);

/** Whether plans hide the value of an attribute of this name. */
export const isSensitive = (name: string): boolean => SENSITIVE.has(name);
