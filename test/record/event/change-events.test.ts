// Files that calls changed: counted by place in clear, named by digest and tied to a commit under seal.
import { describe, expect, it } from "vitest";
import { changeEvent } from "#record/event/change-events.ts";
import { describeEvent } from "#record/event/describe.ts";
import { decodeLeaf } from "#record/log/leaf.ts";
import { leafOf, session, stamp } from "./samples.ts";

const commit = "0123456789abcdef0123456789abcdef01234567";
const input = {
  session,
  tool: "Bash",
  callId: "toolu_01",
  files: [
    { action: "write", path: "/home/ada/shop/src/s3cret-name.ts" },
    { action: "write", path: "/home/ada/shop/.env" },
    { action: "delete", path: "/tmp/s3cret-name" },
  ] as const,
  unchanged: 1,
  omitted: 2,
  revision: { branch: "feature/s3cret-name", commit },
};

describe("change event", () => {
  it("clear.counts-by-place, sealed.digests-branch-and-commit", () => {
    const event = changeEvent(stamp, input);
    expect(event.metadata).toMatchObject({
      kind: "change",
      tool: "Bash",
      call: stamp.pseudonym("call", "toolu_01", undefined),
      changes: { "write/project": 2, "delete/temp": 1 },
      unchanged: 1,
      changesOmitted: 2,
      versioned: true,
    });
    expect(JSON.stringify(event.metadata)).not.toMatch(/s3cret|0123456789abcdef/);
    expect(event.sealed).toMatchObject({ user: "ada", branch: "feature/s3cret-name", commit });
    expect(JSON.stringify(event.sealed?.["files"])).not.toContain("s3cret");
    expect(event.sealed?.["files"]).toHaveLength(3);
  });

  it("outside of version control it says so, and a commit that is none is left out", () => {
    const outside = changeEvent(stamp, { ...input, revision: undefined });
    expect(outside.metadata).toMatchObject({ versioned: false });
    expect(outside.sealed).not.toHaveProperty("branch");
    const strange = changeEvent(stamp, { ...input, revision: { branch: undefined, commit: "x" } });
    expect(strange.sealed).not.toHaveProperty("commit");
    expect(strange.metadata).toMatchObject({ versioned: true });
  });

  it("reads as one line", () => {
    const event = changeEvent(stamp, input);
    const leaf = decodeLeaf(leafOf(event));
    if (leaf.kind === "fault") throw new Error(leaf.reason);
    expect(describeEvent(leaf, event.sealed)).toContain(
      "delete/temp, write/project x2 unchanged=1 changesOmitted=2 feature/s3cret-name 0123456789ab",
    );
  });
});
