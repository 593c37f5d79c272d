// The file for logrotate: its text, what it refuses, and its script run by a shell over rotated files.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { logrotateFile } from "#surface/cli/commands/record/log-logrotate.ts";

const ASKED = {
  file: "/var/log/sallyport/audit.jsonl",
  archive: "/mnt/archive",
  data: "/home/ada/data",
  framework: undefined,
  keep: undefined,
};

test.each<[object, number]>([
  [{}, 400],
  [{ framework: "soc2,hipaa" }, 2192],
  [{ framework: "gdpr" }, 400],
  [{ keep: "90" }, 90],
])("%j keeps %i days, compressed, of its owner alone", (more, days) => {
  const text = logrotateFile({ ...ASKED, ...more });
  const words = text.split("\n").map((line) => line.trim());
  for (const word of ["daily", `rotate ${days}`, "compress", "delaycompress", "missingok"])
    expect(words).toContain(word);
  for (const word of ["notifempty", "create 0600", "sharedscripts", "postrotate", "endscript"])
    expect(words).toContain(word);
});

test.each([
  [{ archive: undefined }, "`--archive` is missing"],
  [{ file: "/home/ada/data/log/checkpoint" }, "belongs to the log, which is never rotated"],
  [{ file: "audit.jsonl" }, "is no whole path"],
  [{ file: "/var/log/../x" }, "is no whole path"],
  [{ archive: "/mnt/a b" }, "is no whole path"],
  [{ archive: "/mnt/$(x)" }, "is no whole path"],
  [{ keep: "0" }, "from 1 to 36500"],
  [{ framework: "iso" }, "names some of soc2"],
])("%j is refused", (more, said) => {
  expect(() => logrotateFile({ ...ASKED, ...more })).toThrow(said);
});

test("its script copies what was rotated once, and fails while a copy is not the same", () => {
  const room = mkdtempSync(join(tmpdir(), "sallyport-logrotate-"));
  const [file, archive] = [join(room, "audit.jsonl"), join(room, "archive")];
  const text = logrotateFile({ ...ASKED, file, archive });
  const script = /postrotate\n([\s\S]*)endscript/.exec(text)?.[1] ?? expect.fail("no script");
  for (const day of ["20300101", "20300102"]) writeFileSync(`${file}-${day}.gz`, day);
  writeFileSync(`${file}-20300103`, "not compressed yet");
  execFileSync("/bin/sh", ["-c", script]);
  expect(readdirSync(archive)).toEqual(["audit.jsonl-20300101.gz", "audit.jsonl-20300102.gz"]);
  writeFileSync(join(archive, "audit.jsonl-20300101.gz"), "other");
  const again = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining("differs from")]);
  expect(readFileSync(join(archive, "audit.jsonl-20300101.gz"), "utf8")).toBe("other");
  rmSync(room, { recursive: true });
});
