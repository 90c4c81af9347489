import { compareListings, type ListedObject } from "../../../runbook/aws/bucket-listing";

const written = new Date("2026-01-01T00:00:00Z");
const before = new Date("2026-01-02T00:00:00Z");
const objects = (...keys: readonly string[]): ListedObject[] =>
  keys.map((key) => ({ key, bytes: 2, modifiedAt: written }));

async function* list(found: readonly ListedObject[]): AsyncGenerator<ListedObject> {
  for (const one of found) yield await Promise.resolve(one);
}
const compare = (own: readonly ListedObject[], other: readonly ListedObject[]) =>
  compareListings(list(own), list(other), before);

test("B7: what lacks and what is only there is counted on any side of the other listing", async () => {
  expect(await compare(objects("a", "c", "e", "f"), objects("b", "c", "d", "f"))).toEqual({
    ...{ objects: 4, bytes: 8, lacking: 2, examples: ["a", "e"], extra: 2 },
  });
  expect(await compare(objects("a"), [])).toMatchObject({ lacking: 1, extra: 0 });
  expect(await compare([], objects("a"))).toMatchObject({ objects: 0, lacking: 0, extra: 1 });
  expect(await compare([], [])).toEqual({ objects: 0, bytes: 0, lacking: 0, examples: [], extra: 0 });
});

test("B7: an object of another size lacks, and one that is younger than asked for does not", async () => {
  const own = [
    { key: "changed", bytes: 3, modifiedAt: written },
    { key: "young", bytes: 3, modifiedAt: before },
  ];
  expect(await compare(own, objects("changed"))).toMatchObject({ lacking: 1, examples: ["changed"] });
});

test("keys are taken in the order of their bytes, as S3 lists them", async () => {
  // U+FF5E stands before U+1F600 in UTF-8, and behind it in UTF-16.
  const keys = ["\uFF5E", "\u{1F600}"];
  expect(await compare(objects(...keys), objects(...keys))).toMatchObject({ lacking: 0, extra: 0 });
});

test("of many that lack some are named", async () => {
  expect(await compare(objects("a", "b", "c", "d"), [])).toMatchObject({
    ...{ lacking: 4, examples: ["a", "b", "c"] },
  });
});
