// A finder that looks only where the system tells of a change finds what one finds that asks every directory.
import { execFileSync } from "node:child_process";
import {
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { watchLimit } from "#platform/watch-limits.ts";
import { createPlaceFinder } from "#surface/services/hold/places/found-places.ts";
import { createWatchQueue, type WatchQueue } from "#surface/services/hold/places/watch-queue.ts";
import { loadPack } from "#surface/services/policy/policy-source.ts";

const policy = loadPack("team");
const made: string[] = [];
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true });
});
beforeEach((ctx) => {
  if (watchLimit("max_user_watches") === 0) ctx.skip("the system has no inotify");
});

function stand(
  queueAt: (home: string) => WatchQueue = (home) => createWatchQueue(join(home, "q")),
) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), "told-places-")));
  made.push(home);
  const projectRoot = join(home, "work/shop");
  const at = (path: string): string => join(projectRoot, path);
  for (const path of ["a/b/c", "services/one", "services/two", "spare/deep", "many"])
    mkdirSync(at(path), { recursive: true });
  for (const path of ["services/one", "spare/deep"]) writeFileSync(at(`${path}/.env`), "KEY=1\n");
  const queue = queueAt(home);
  const finder = createPlaceFinder({ looksInPackages: true, queue });
  const asked = { policy, projectRoot, home };
  const told = (more: { additionalDirectories?: readonly string[] } = {}) =>
    finder.findTold({ ...asked, ...more, nowMs: Date.now() });
  const fresh = (more: { additionalDirectories?: readonly string[] } = {}) =>
    createPlaceFinder({ looksInPackages: true }).find({ ...asked, ...more, nowMs: Date.now() });
  const hidden = async (): Promise<readonly string[]> =>
    (await told()).hiddenFiles.map(({ path }) => path.slice(projectRoot.length + 1));
  return { home, queue, at, told, fresh, hidden };
}

/** Tells nothing of what changes, as a broken system would. */
function mute({ hasRoom = true } = {}): WatchQueue & { lose(): void } {
  let losses = 0;
  return {
    open: () => (hasRoom ? ({} as FSWatcher) : undefined),
    hasRoom: () => hasRoom,
    close: () => undefined,
    caughtUp: async () => {
      await setImmediate();
    },
    losses: () => losses,
    lose: () => void (losses += 1),
  };
}

const CHANGES: Readonly<Record<string, (at: (path: string) => string) => void>> = {
  "a new file": (at) => writeFileSync(at("a/b/c/.env"), ""),
  "a new file of another process": (at) =>
    execFileSync("/bin/cp", [at("services/one/.env"), at("a/b/.env")]),
  "a file that was renamed": (at) => renameSync(at("services/one/.env"), at("services/two/.env")),
  "a file that is gone": (at) => rmSync(at("services/one/.env")),
  "a new directory": (at) => {
    mkdirSync(at("a/new/deep"), { recursive: true });
    writeFileSync(at("a/new/deep/.env"), "");
  },
  "a directory that is gone": (at) => rmSync(at("services"), { recursive: true }),
  "a directory that was made again": (at) => {
    rmSync(at("services/one"), { recursive: true });
    mkdirSync(at("services/one"));
    writeFileSync(at("services/one/.env.local"), "");
  },
  "a directory in another's place": (at) => {
    renameSync(at("services"), at("former"));
    renameSync(at("spare"), at("services"));
  },
  "directories that changed places": (at) => {
    renameSync(at("services"), at("x"));
    renameSync(at("spare"), at("services"));
    renameSync(at("x"), at("spare"));
  },
  "a file below a directory that was moved": (at) => {
    renameSync(at("a"), at("z"));
    writeFileSync(at("z/b/c/.env"), "");
  },
  "the project in another's place": (at) => {
    renameSync(at(""), `${at("")}-former`);
    mkdirSync(at("a/b"), { recursive: true });
    writeFileSync(at("a/b/.env"), "");
  },
};

describe("what changed right before a look is seen", () => {
  it.each(Object.keys(CHANGES))("%s", async (name) => {
    const { at, told, fresh } = stand();
    await told();
    const before = await told();
    CHANGES[name]?.(at);
    const after = await told();
    expect(after).toEqual(fresh());
    expect(after).not.toEqual(before);
    // What was changed is watched from then on.
    expect(await told()).toEqual(after);
  });

  it("a file in a directory that came with the look before", async () => {
    const { at, told, hidden } = stand();
    await told();
    mkdirSync(at("a/new"));
    await told();
    writeFileSync(at("a/new/.env"), "");
    expect(await hidden()).toContain("a/new/.env");
  });

  it("one of 1,000 changes of names, in each of 40 looks", async () => {
    const { at, told, fresh } = stand();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const places = ["a", "a/b", "a/b/c", "services/one", "services/two", "spare", "spare/deep"];
    const any = (): string => places[random(places.length)] ?? "a";
    for (let look = 0; look < 40; look += 1) {
      for (let change = 0; change < 25; change += 1)
        try {
          const [one, other] = [any(), any()];
          const kind = random(8);
          if (kind < 2) writeFileSync(at(`${one}/.env.${random(3)}`), "");
          else if (kind === 2) rmSync(at(`${one}/.env.${random(3)}`), { force: true });
          else if (kind === 3) rmSync(at(one), { recursive: true });
          else if (kind < 6) mkdirSync(at(one), { recursive: true });
          else {
            // To and fro, as who wants one directory watched and another one read.
            renameSync(at(one), at("held"));
            renameSync(at(other), at(one));
            renameSync(at("held"), at(other));
          }
        } catch {
          // One of them is not there, or lies in the other one.
        }
      expect(await told()).toEqual(fresh());
    }
  });
});

describe("looks at more and at less, in turns", () => {
  it.each([{ isLost: false }, { isLost: true }])(
    "take nothing of what the other one has to look at, lost or told: $isLost",
    async ({ isLost }) => {
      const queue = isLost ? mute() : undefined;
      const { home, told, fresh } = stand((top) => queue ?? createWatchQueue(join(top, "q")));
      const beside = join(home, "work/beside");
      mkdirSync(join(beside, "deep/er"), { recursive: true });
      const more = { additionalDirectories: [beside] };
      for (const one of [more, {}, more, {}, more]) await told(one);
      writeFileSync(join(beside, "deep/er/.env"), "");
      queue?.lose();
      await told();
      await told();
      expect(await told(more)).toEqual(fresh(more));
    },
  );

  it("find what is there, whatever changed, in each of 150 looks", async () => {
    const { home, at, told, fresh } = stand();
    const beside = join(home, "work/beside");
    mkdirSync(join(beside, "deep/er"), { recursive: true });
    let seed = 3;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const places = [
      "",
      "a",
      "a/b",
      "a/b/c",
      ".claude/worktrees/one",
      "../beside/deep",
      "../beside",
    ];
    const any = (): string => places[random(places.length)] ?? "a";
    for (let look = 0; look < 150; look += 1) {
      const [one, other] = [any(), any()];
      const kind = random(12);
      try {
        if (kind < 3) writeFileSync(at(`${one}/.env.${random(3)}`), `${look}`);
        else if (kind < 5) writeFileSync(at(`${one}/code.ts`), `${look}`);
        else if (kind === 5) rmSync(at(`${one}/.env.${random(3)}`), { force: true });
        else if (kind === 6 && one !== "") rmSync(at(one), { recursive: true });
        else if (kind < 9) mkdirSync(at(one), { recursive: true });
        else if (kind === 9 && one !== "" && other !== "") {
          renameSync(at(one), at("held"));
          renameSync(at(other), at(one));
          renameSync(at("held"), at(other));
        }
      } catch {
        // One of them is not there, or lies in the other one.
      }
      const more = random(2) === 0 ? {} : { additionalDirectories: [beside] };
      expect(await told(more)).toEqual(fresh(more));
    }
  });
});

describe("what is not told", () => {
  it("is not looked at, for a look costs what changed", async () => {
    const { at, hidden } = stand(() => mute());
    await hidden();
    writeFileSync(at("a/b/c/.env"), "");
    expect(await hidden()).not.toContain("a/b/c/.env");
  });

  it("is found where something may have been lost", async () => {
    const queue = mute();
    const { at, hidden } = stand(() => queue);
    await hidden();
    writeFileSync(at("a/b/c/.env"), "");
    queue.lose();
    expect(await hidden()).toContain("a/b/c/.env");
  });

  it("is found where no more can be watched", async () => {
    const { at, hidden } = stand(() => mute({ hasRoom: false }));
    await hidden();
    writeFileSync(at("a/b/c/.env"), "");
    expect(await hidden()).toContain("a/b/c/.env");
  });

  it("is found where the system dropped it, since more changed than it keeps", async () => {
    const { at, queue, hidden } = stand();
    await hidden();
    await hidden();
    const before = queue.losses();
    const bound = watchLimit("max_queued_events");
    // Nothing is read meanwhile, so the last change is one of those that are dropped.
    writeFileSync(at("many/0"), "");
    for (let change = 0; change < bound / 2 + 10; change += 1)
      renameSync(at(`many/${change % 2}`), at(`many/${(change + 1) % 2}`));
    writeFileSync(at("a/b/c/.env"), "");
    expect(await hidden()).toContain("a/b/c/.env");
    expect(queue.losses()).toBeGreaterThan(before);
    const after = queue.losses();
    await hidden();
    await hidden();
    expect(queue.losses()).toBe(after);
  });
});
