import { randomPassword } from "../../offline/provider/random-password";

const PUNCTUATION = /[!-/:-@[-`{-~]/;

test("a password has 32 characters with one of each kind, and is another one each time", () => {
  const passwords = Array.from({ length: 50 }, () => randomPassword({}));
  for (const password of passwords) {
    expect(password).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, PUNCTUATION]) expect(password).toMatch(kind);
  }
  expect(new Set(passwords).size).toBe(50);
});

test("exclusions and the length are kept to", () => {
  const password = randomPassword({
    exclude_punctuation: true,
    exclude_characters: "0Oo",
    password_length: 400,
  });
  expect(password).toMatch(/^[a-zA-Z1-9]{400}$/);
  expect(password).not.toMatch(/[0Oo]/);
});

test("fails when nothing is left to choose from", () => {
  const nothing = {
    exclude_lowercase: true,
    exclude_uppercase: true,
    exclude_numbers: true,
    exclude_punctuation: true,
  };
  expect(() => randomPassword(nothing)).toThrow(/not possible/);
  expect(() => randomPassword({ password_length: 3 })).toThrow(/3 characters out of 4 kinds/);
});
