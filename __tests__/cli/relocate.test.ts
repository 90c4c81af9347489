import { relocate } from "./relocate";

describe("relocate", () => {
  test("shows help with examples and exit codes, and its version", async () => {
    const [help, version, top] = await Promise.all([
      relocate(["rehearse", "--help"]).ended,
      relocate(["--version"]).ended,
      relocate(["--help"]).ended,
    ]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    expect(help.stdout).toContain("Exit codes:");
    expect(help.stdout).toContain("$ relocate rehearse --convergence 5s");
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(version.code).toBe(0);
    expect(top.stdout).toMatch(/^ {2}rehearse .*^ {2}offline /ms);
  });

  test("fails with 2 and every fault of a call at once", async () => {
    const { code, stdout, stderr } = await relocate([
      "rehearse",
      "--convergence",
      "5",
      "--fast",
      "--rate",
      "none",
    ]).ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toBe(
      [
        "--fast: no such option",
        "--convergence 5: expected a duration of at most 10m, such as 5s",
        "--rate none: expected requests per second, 1 to 2000",
        "See relocate rehearse --help",
        "",
      ].join("\n"),
    );
  });

  test.each([
    [["rehearse", "now"], "now: no argument is expected"],
    [["rehearse", "--rate"], "argument missing"],
    [["retreat"], "unknown command 'retreat'"],
    [[], "Usage: relocate"],
  ])("fails with 2 for %j", async (args, message) => {
    const { code, stderr } = await relocate(args).ended;
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test("fails with what the app printed when it cannot be synthesized", async () => {
    const { code, stdout, stderr } = await relocate(["rehearse", "--app", "echo no such region >&2; exit 3"])
      .ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/✗ synthesize/);
    expect(stdout).toMatch(/FAILED, first cause:\n.*ended with exit code 3.*\n +no such region\n$/);
  });

  test("fails in one line when Terraform is missing", async () => {
    const { code, stdout } = await relocate(["rehearse", "--json"], {
      TERRAFORM_BINARY_NAME: "no-terraform-here",
    }).ended;
    expect(code).toBe(1);
    const { ok, faults } = JSON.parse(stdout) as { ok: boolean; faults: string[] };
    expect(ok).toBe(false);
    expect(faults).toEqual([
      expect.stringMatching(/^no-terraform-here: not found; .*TERRAFORM_BINARY_NAME.*$/),
    ]);
  });
});
