// How the shell of a held command ends: as the client's own would without us.
import { expect, test } from "vitest";
import { heldProject } from "./held-project.ts";

const { runs } = heldProject();

test("a shell that is ended takes the one around it along", async () => {
  expect(await runs("kill -TERM $$; echo no")).toMatchObject({ said: "", code: null });
  for (const last of ["sh -c 'kill -TERM $$'", "sleep 9 & kill $!; wait $!"])
    expect((await runs(last)).code).toBe(143);
});

test("a shell knows what it waited for in a subshell", async () => {
  // TIME: the process has to outlive the shell's look at it.
  const waits = "(sleep 0.2 & wait $!); sleep 9 & kill $!; wait $!; echo $?";
  expect(await runs(waits)).toMatchObject({ said: "143\n", code: 0 });
});
