// Files of plans: the order of mounts, nothing of the machine that nobody named, and words that an engine or a shell would take otherwise.
import { describe, expect, it } from "vitest";
import { bubblewrapFiles, bubblewrapProfile } from "#govern/sandbox/bubblewrap.ts";
import { composeFiles, devContainerFiles, dockerFiles } from "#govern/sandbox/container-files.ts";
import type { IsolationPlan } from "#govern/sandbox/isolation-plan.ts";
import { sandboxRuntimeFiles } from "#govern/sandbox/settings-files.ts";
import { parseExpectation } from "#govern/sandbox/expectation.ts";

const PLAN: IsolationPlan = {
  project: "/home/ada/shop",
  home: "/home/ada",
  user: 1001,
  hiddenFiles: ["/home/ada/shop/.env"],
  hiddenDirectories: ["/home/ada/shop/secrets"],
  kept: ["/home/ada/shop/.git/hooks"],
  gitOutside: [],
  system: [{ path: "/usr" }, { path: "/bin", link: "usr/bin" }],
  configuration: ["/etc/ssl/certs"],
  tools: ["/opt/node"],
  searchPath: ["/opt/node/bin", "/usr/bin"],
  tier: "regulated",
  hosts: ["docs.example.com"],
  proxy: "http://egress:3128",
  masked: [],
  image: `node:22-slim@sha256:${"a".repeat(64)}`,
  client: "2.1.328",
  keyFile: "/run/k/key",
  registry: "https://packages.example.com/",
};

const placeOf = (options: readonly string[], ...words: readonly string[]) =>
  options.findIndex((_, at) => words.every((word, next) => options[at + next] === word));

describe("the profile of bubblewrap", () => {
  const options = bubblewrapProfile(PLAN);
  it("mounts later what lies over earlier, and closes the root last", () => {
    const order = [
      placeOf(options, "--ro-bind", "/usr", "/usr"),
      placeOf(options, "--tmpfs", "/tmp"),
      placeOf(options, "--dir", "/home/ada"),
      placeOf(options, "--bind", "/home/ada/shop", "/home/ada/shop"),
      placeOf(options, "--ro-bind-try", "/home/ada/shop/.git/hooks", "/home/ada/shop/.git/hooks"),
      placeOf(options, "--ro-bind-try", "/dev/null", "/home/ada/shop/.env"),
      placeOf(options, "--perms", "0000", "--tmpfs", "/home/ada/shop/secrets"),
      placeOf(options, "--remount-ro", "/"),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((one, other) => one - other));
  });
  it("mounts nothing of the machine but what was named", () => {
    const mounted = options.flatMap((word, at) =>
      /^--(?:ro-)?bind(?:-try)?$/.test(word) ? [options[at + 1] ?? ""] : [],
    );
    const named = [PLAN.project, "/usr", "/etc/ssl/certs", "/proc/sys", "/opt/node", "/dev/null"];
    expect(mounted.filter((path) => !named.some((one) => path.startsWith(one)))).toEqual([]);
    expect(options).toEqual(
      expect.arrayContaining(["--unshare-net", "--unshare-pid", "--disable-userns"]),
    );
  });
  it("makes nobody root, and quotes what a shell would take apart", () => {
    expect(bubblewrapProfile({ ...PLAN, user: 0 }).join(" ")).toContain("--uid 1000 --gid 1000");
    const [script] = bubblewrapFiles(
      { ...PLAN, project: "/home/ada/it's $(here)" },
      Buffer.alloc(8),
    ).files;
    expect(script?.text).toContain(`'/home/ada/it'\\''s $(here)'`);
  });
});

describe("container files", () => {
  const makers = { docker: dockerFiles, compose: composeFiles, devcontainer: devContainerFiles };
  it.each(Object.entries(makers))("%s: no root, no rights, no network of its own", (_, make) => {
    const { files } = make(PLAN, "{}");
    const [main] = files;
    const dockerfile = files.find(({ name }) => name === "Dockerfile")?.text ?? "";
    for (const word of ["no-new-privileges", "ALL", "claude-key", ".git/hooks"])
      expect(main?.text).toContain(word);
    expect(main?.text).toMatch(/read-only|read_only/);
    expect(main?.text).toMatch(/-inside/);
    expect(main?.text).not.toMatch(/ANTHROPIC|docker\.sock|\.ssh|privileged\b(?!s)/);
    expect(dockerfile).toMatch(/^USER claude$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK /m);
    expect(dockerfile).toContain(`FROM ${PLAN.image}\n`);
    const probe = files.find(({ name }) => name === "probe.yaml")?.text ?? "";
    expect(parseExpectation(probe, "probe.yaml")).toMatchObject({ tier: "regulated" });
    expect(files.find(({ name }) => name === "egress-hosts.txt")?.text).toContain(
      "docs.example.com",
    );
  });
  it("take the network away where no proxy is named", () => {
    const plan = { ...PLAN, proxy: undefined };
    expect(dockerFiles(plan, "{}").files[0]?.text).toContain("--network=none");
    expect(composeFiles(plan, "{}").files[0]?.text).toContain("network_mode: none");
    expect(devContainerFiles(plan, "{}").files[0]?.text).toContain('"--network=none"');
  });
  it.each([
    [{ image: "node:22-slim" }, /--image/],
    [{ image: `node@sha256:${"a".repeat(63)}` }, /--image/],
    [{ image: `x\nRUN evil@sha256:${"a".repeat(64)}` }, /--image/],
    [{ client: "latest" }, /--client/],
    [{ client: "2.1.328 && evil" }, /--client/],
    [{ proxy: "http://u:p@egress:3128" }, /--proxy/],
    [{ proxy: "socks5://egress:1080" }, /--proxy/],
    [{ registry: "http://registry.example.com/" }, /--registry/],
    [{ registry: 'https://r.example.com/"$(x)' }, /--registry/],
    [{ keyFile: "key" }, /path/],
    [{ keyFile: "/run/k,readonly=false" }, /path/],
    [{ project: "/home/ada/a:b" }, /path/],
    [{ kept: ["/home/ada/shop/$(x)"] }, /path/],
  ])("refuse %j", (part, message) => {
    for (const make of Object.values(makers))
      expect(() => make({ ...PLAN, ...part }, "{}")).toThrow(
        expect.objectContaining({ code: "usage", message: expect.stringMatching(message) }),
      );
  });
});

describe("settings of sandbox-runtime", () => {
  it("hide homes, keep git's hooks, and say so to the probe", () => {
    const { files } = sandboxRuntimeFiles({ ...PLAN, masked: ["NPM_TOKEN"] });
    const settings: unknown = JSON.parse(
      files.find(({ name }) => name === "srt-settings.json")?.text ?? "",
    );
    expect(settings).toMatchObject({
      network: { allowedDomains: ["docs.example.com"], strictAllowlist: true },
      filesystem: {
        denyRead: expect.arrayContaining(["/home", "/home/ada", "/home/ada/shop/.env"]),
        denyWrite: expect.arrayContaining(["/home/ada/shop/.git/hooks"]),
      },
      credentials: { envVars: expect.arrayContaining([{ name: "NPM_TOKEN", mode: "mask" }]) },
      enableWeakerNestedSandbox: false,
    });
    const probe = files.find(({ name }) => name === "probe.yaml")?.text ?? "";
    expect(parseExpectation(probe, "probe.yaml").memory).toContain("/home");
    expect(() => sandboxRuntimeFiles({ ...PLAN, masked: ["A=B"] })).toThrow(/--mask/);
  });
});
