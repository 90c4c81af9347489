import { openCatalog } from "../../offline/schema/catalog";
import { REPLACES } from "../../offline/replaces";

test("every argument that is said to force a replacement is one of its type", () => {
  const catalog = openCatalog();
  const wrong = Object.entries(REPLACES).flatMap(([type, { arguments: places }]) => {
    const block = catalog.find("managed", type);
    if (!block) return [type];
    return places
      .filter((place) => {
        const [name = "", inner] = place.split(".");
        const nested = block.blocks[name];
        return inner === undefined ? !nested && !block.attributes[name] : !nested?.block.attributes[inner];
      })
      .map((place) => `${type}.${place}`);
  });
  expect(wrong).toEqual([]);
});
