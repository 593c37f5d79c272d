// The options of bubblewrap for a profile: what lies over what.
import { expect, test } from "vitest";
import { bubblewrapOptions, type HoldProfile } from "../../../src/guard/hold/profile.ts";

const PROFILE: HoldProfile = {
  projectRoot: "/home/ada/shop",
  cwd: "/home/ada/shop/src",
  layers: [],
  grown: [],
  writable: ["/srv/out"],
  reopened: [],
  pinned: ["/home/ada/shop/config"],
  kept: ["/home/ada/shop/.git/hooks"],
  hiddenFiles: [{ path: "/home/ada/shop/config/.env", as: "note" }],
  replaced: [],
  hiddenDirectories: ["/home/ada/.ssh", "/home/ada"],
  folders: [],
  lent: [],
  emptyDirectories: [],
  shown: ["/home/ada/.ssh/known_hosts"],
  services: ["/run/docker.sock"],
  scratch: "/tmp/scratch",
  reachesHosts: false,
  joins: false,
  variables: [["TMPDIR", "/tmp"]],
  stand: {
    closed: "/d/closed",
    empty: "/d/empty",
    note: "/d/note",
    json: "/d/json",
    xml: "/d/xml",
  },
  own: [{ from: "/d/cmd", to: "/run/sallyport/cmd", isWritable: false }],
  data: { root: "/home/ada/.data", shown: ["/home/ada/.data/ca.pem"] },
  buried: [],
};

/** The place of an option with these words, or -1. */
function placeOf(options: readonly string[], ...words: readonly string[]): number {
  return options.findIndex((_, at) => words.every((word, next) => options[at + next] === word));
}

test("later mounts lie over earlier ones in the order that holds", () => {
  const options = bubblewrapOptions(PROFILE);
  const order = [
    placeOf(options, "--ro-bind", "/", "/"),
    placeOf(options, "--tmpfs", "/run"),
    placeOf(options, "--bind", "/tmp/scratch", "/tmp"),
    // A hidden directory around the project comes before it, or the project would be gone.
    placeOf(options, "--tmpfs", "/home/ada"),
    placeOf(options, "--bind", "/home/ada/shop", "/home/ada/shop"),
    placeOf(options, "--bind", "/home/ada/shop/config", "/home/ada/shop/config"),
    placeOf(options, "--ro-bind-try", "/home/ada/shop/.git/hooks", "/home/ada/shop/.git/hooks"),
    placeOf(options, "--perms", "0711", "--tmpfs", "/home/ada/.ssh"),
    placeOf(options, "--perms", "0711", "--tmpfs", "/home/ada/.data"),
    placeOf(options, "--ro-bind", "/d/note", "/home/ada/shop/config/.env"),
    placeOf(options, "--ro-bind", "/d/cmd", "/run/sallyport/cmd"),
    placeOf(options, "--chdir", "/home/ada/shop/src"),
  ];
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
});

test("the system's settings are read-only, rights are dropped, namespaces are closed", () => {
  const options = bubblewrapOptions(PROFILE);
  expect(placeOf(options, "--ro-bind", "/proc/sys", "/proc/sys")).toBeGreaterThan(0);
  expect(placeOf(options, "--cap-drop", "ALL")).toBeGreaterThan(0);
  expect(options).toEqual(expect.arrayContaining(["--unshare-user", "--disable-userns"]));
});

test.each([
  [{ joins: false, reachesHosts: false }, true, true],
  [{ joins: true, reachesHosts: false }, false, false],
  [{ joins: false, reachesHosts: true }, false, true],
  [{ joins: false, joinsNetwork: true, reachesHosts: false }, false, true],
])("%j: its own network %s, its own processes %s", (form, network, processes) => {
  const options = bubblewrapOptions({ ...PROFILE, ...form });
  expect(options.includes("--unshare-net")).toBe(network);
  expect(options.includes("--unshare-pid")).toBe(processes);
});
