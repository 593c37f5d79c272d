// What lies on a disk, looked at without following links.
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deadPlaces, observe } from "#surface/services/deploy/observe.ts";
import { freshDirectory } from "../../daemon/daemon-stand.ts";

test("files, links, folders and what cannot be read are told apart", () => {
  const room = freshDirectory();
  const at = (name: string) => join(room.path, name);
  try {
    writeFileSync(at("file"), "{}");
    chmodSync(at("file"), 0o640);
    writeFileSync(at("empty"), "");
    writeFileSync(at("large"), Buffer.alloc(10_000_000, 32));
    mkdirSync(at("folder"));
    symlinkSync("/etc/passwd", at("link"));
    symlinkSync("/nowhere", at("lost"));
    expect(observe(at("file"))).toMatchObject({ kind: "file", text: "{}", mode: 0o640 });
    expect(observe(at("empty"))).toMatchObject({ kind: "file", text: "" });
    expect(observe(at("large"))).toMatchObject({
      kind: "unreadable",
      why: expect.stringContaining("more than the client reads"),
    });
    expect(observe(at("folder")).kind).toBe("folder");
    expect(observe(at("link")).kind).toBe("link");
    expect(observe(at("lost")).kind).toBe("link");
    expect(observe(at("nothing")).kind).toBe("missing");
    expect(observe(at("file/below"))).toMatchObject({ kind: "unreadable", why: "ENOTDIR" });
  } finally {
    room.remove();
  }
});

test("dead places are those that lint calls dead", () => {
  expect(deadPlaces("/home/ada")).toContain("/etc/claude/managed-settings.json");
  expect(deadPlaces("/home/ada")).toContain("/home/ada/.claude/roles/reviewer.json");
});
