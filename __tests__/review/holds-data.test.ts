import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { REPLACES } from "../../offline/replaces";
import { holdsData, OTHER_STORES } from "../../review/holds-data";

const LIBRARY = join(dirname(require.resolve("@cdktf/provider-aws/package.json")), "lib");

test("every type of the list exists, and none stands in the offline plan's table as well", () => {
  const unknown = [...OTHER_STORES].filter(
    (type) => !existsSync(join(LIBRARY, type.replace(/^aws_/, "").replaceAll("_", "-"))),
  );
  expect(unknown).toEqual([]);
  expect([...OTHER_STORES].filter((type) => REPLACES[type])).toEqual([]);
});

test("A2: file systems, search domains and user pools hold data, load balancers do not", () => {
  expect(["aws_efs_file_system", "aws_opensearch_domain", "aws_cognito_user_pool"].every(holdsData)).toBe(
    true,
  );
  expect(["aws_lb", "aws_ecs_service"].some(holdsData)).toBe(false);
});
