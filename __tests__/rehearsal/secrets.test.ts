import { openSecrets } from "../../rehearsal/secrets";
import { applicationSecret, arn, changed, SOURCE, TARGET, twoRegions } from "./two-regions";

test("a secret has a text of its own, and a replica in another region has the same", () => {
  const secrets = openSecrets(twoRegions());
  const text = secrets.read(applicationSecret(SOURCE));
  expect(text).toMatch(/^[\w-]{32}$/);
  expect(secrets.read(applicationSecret(TARGET))).toBe(text);
  expect(openSecrets(twoRegions()).read(applicationSecret(SOURCE))).not.toBe(text);
});

test("a secret has the text that it was given when it was applied", () => {
  const given = (of: string) => (of === applicationSecret(SOURCE) ? "given" : undefined);
  expect(openSecrets(twoRegions(), given).read(applicationSecret(SOURCE))).toBe("given");
});

test("the secret that RDS keeps for its master user is JSON, and each key can be asked for", () => {
  const secrets = openSecrets(twoRegions());
  const name = arn("secretsmanager", SOURCE, "secret:rds!db-1-AbCdEf");
  const { username, password } = JSON.parse(secrets.read(name)) as Record<string, string>;
  expect(username).toBe("shop_operator");
  expect(secrets.read(`${name}:password::`)).toBe(password);
});

test("fails for a secret that is not in state", () => {
  const name = arn("secretsmanager", TARGET, "secret:other-AbCdEf");
  expect(() => openSecrets(twoRegions()).read(name)).toThrow(`no secret ${name} in eu-west-1; there are:`);
});

test("fails for a secret without a value", () => {
  const states = changed(twoRegions(), "aws_secretsmanager_secret_version.orders", null);
  expect(() => openSecrets(states).read(applicationSecret(SOURCE))).toThrow(
    /has no value: no aws_secretsmanager_secret_version/,
  );
});

test("fails for a key of a secret that is not JSON", () => {
  const secrets = openSecrets(twoRegions());
  expect(() => secrets.read(`${applicationSecret(SOURCE)}:password::`)).toThrow(/has no JSON key "password"/);
});
