import { EMULATOR_TIMEOUT } from "../runbook/aws/emulators/emulator";
import { OPERATOR } from "../runbook/clusters";
import { beginning } from "./course/beginning";
import { type CourseGround, DATABASE, openCourse } from "./course/ground";
import { switching } from "./course/switching";
import { watching } from "./course/watching";

const ground = {} as CourseGround;

beforeAll(async () => void Object.assign(ground, await openCourse("cli-shop")), EMULATOR_TIMEOUT);
afterAll(() => ground.close?.());

// Each test goes on where the one before it has left the relocation; the clusters take longer to start than most of them.
describe("the runbook, from the command line", () => {
  beginning(ground);
  watching(ground);
  switching(ground);

  test("no secret was ever printed", () => {
    const password = String(ground.clusters.source.config(OPERATOR, DATABASE).password);
    expect(ground.printed().length).toBeGreaterThan(10_000);
    expect(ground.printed()).not.toContain(password);
  });
});

describe("a side that cannot be reached", () => {
  afterEach(() => {
    ground.cloud.parts.standby.databases[DATABASE]!.target.port = ground.clusters.target.port;
    ground.cloud.write();
  });

  test("status tells the rest, and ends with 1 where that leaves the phase open", async () => {
    ground.cloud.parts.standby.databases[DATABASE]!.target.port = 1;
    ground.cloud.write();
    const found = await ground.status();
    expect(found).toMatchObject({
      code: 1,
      databases: [
        {
          source: { reachable: true },
          target: { reachable: false, why: expect.stringContaining("localhost:1") as string },
        },
      ],
    });
  });

  test("fails to start, and lists it as a finding", async () => {
    ground.cloud.parts.standby.databases[DATABASE]!.target.port = 1;
    ground.cloud.write();
    const { code, stdout } = await ground.run("preflight", "--json").ended;
    expect(code).toBe(5);
    expect(stdout).toContain("the operator cannot log in to the target");
  });
});
