import { waitFor } from "../../../runbook/aws/wait";

const wait = { what: "eu-west-1: database orders", expected: "available", pauseMs: 1 };

test("a wait tells each state once and gives what was waited for", async () => {
  const states = ["creating", "creating", "backing-up", "available"];
  const seen: string[] = [];
  const waiting = {
    signal: new AbortController().signal,
    onChange: (state: string) => void seen.push(state),
  };
  const value = await waitFor<number>(wait, waiting, () => {
    const state = states.shift()!;
    return Promise.resolve(state === "available" ? { value: 7 } : { still: state });
  });
  expect(value).toBe(7);
  expect(seen).toEqual(["creating", "backing-up"]);
});

test("fails at the deadline with what was seen last and what was expected", async () => {
  const deadline = new AbortController();
  const look = () => {
    deadline.abort(new Error("not done within 5 ms"));
    return Promise.resolve({ still: "modifying" });
  };
  const error = await waitFor(wait, { signal: deadline.signal }, look).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({
    message:
      "eu-west-1: database orders: still modifying, expected available; give the same command again to go on waiting",
    cause: deadline.signal.reason as Error,
  });
});

test("fails before the first look when the signal is aborted already", async () => {
  const look = jest.fn();
  await expect(waitFor(wait, { signal: AbortSignal.abort() }, look)).rejects.toThrow("not looked at");
  expect(look).not.toHaveBeenCalled();
});
