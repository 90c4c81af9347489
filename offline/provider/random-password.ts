import { randomInt } from "node:crypto";
import type { ObjectValue } from "../value";

const LOWERCASE = "abcdefghijklmnopqrstuvwxyz";
const UPPERCASE = LOWERCASE.toUpperCase();
const NUMBERS = "0123456789";
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** Secrets Manager's own length when none is asked for. Source: its API reference, GetRandomPassword. */
const DEFAULT_LENGTH = 32;

const pick = (from: string) => from.charAt(randomInt(from.length));

/** Places every character at random (Fisher and Yates), so that the required ones do not stand in front. */
function shuffled(characters: string[]): string {
  for (let i = characters.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [characters[i], characters[j]] = [characters[j] ?? "", characters[i] ?? ""];
  }
  return characters.join("");
}

/**
 * A random password by the arguments of `aws_secretsmanager_random_password`.
 *
 * @throws Error when the exclusions leave no character, or the length cannot hold one of each kind
 */
export function randomPassword(config: ObjectValue): string {
  const excluded = typeof config.exclude_characters === "string" ? config.exclude_characters : "";
  const kinds = [
    config.exclude_lowercase === true ? "" : LOWERCASE,
    config.exclude_uppercase === true ? "" : UPPERCASE,
    config.exclude_numbers === true ? "" : NUMBERS,
    config.exclude_punctuation === true ? "" : PUNCTUATION,
    config.include_space === true ? " " : "",
  ]
    .map((kind) => [...kind].filter((character) => !excluded.includes(character)).join(""))
    .filter((kind) => kind !== "");
  const length = typeof config.password_length === "number" ? config.password_length : DEFAULT_LENGTH;
  const required = config.require_each_included_type === false ? [] : kinds;
  if (kinds.length === 0 || length < Math.max(1, required.length)) {
    throw new Error(
      `a password of ${length} characters out of ${kinds.length} kinds of characters is not possible`,
    );
  }
  const all = kinds.join("");
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffled([...required.map(pick), ...rest]);
}
