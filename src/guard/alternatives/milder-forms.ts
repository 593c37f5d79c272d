// The table of safer forms: verbs of programs with all that may be said with them, and what stands in their place.
import { flags, maybeTaking, taking } from "../effects/model/option-list.ts";
import { becomes, falls, type Form, needed, stays } from "./forms.ts";

/** So many operands as there may be. */
const ANY = 64;
const GIT = { programs: ["git"], front: [taking("-C"), flags("-P --no-pager")] } as const;
const QUIET = flags("-q --quiet");

/** Options of a push that say nothing of what may be overwritten. */
const PUSH = stays(
  flags("-u --set-upstream", "--tags", "--follow-tags", "--porcelain", "--atomic"),
  flags("-q --quiet -v --verbose --progress --no-progress"),
);

const COMMIT = stays(
  flags("-a --all", "-q --quiet", "-v --verbose", "-s --signoff", "--allow-empty"),
  taking("-m --message", "-F --file", "--author", "--date"),
);

/** Names of what is made anew, put aside or looked at: none is a number of flags, nor the sign for the branch before. */
const NAME = /^[^-]/;

const OF_GIT: readonly Form[] = [
  {
    ...GIT,
    verb: "push",
    accepts: [...needed(becomes("--force-with-lease", flags("-f --force"))), ...PUSH],
    // A `+` in front of a branch forces it, whatever the options say.
    operands: { least: 0, most: ANY, like: /^[^+:]/ },
  },
  {
    ...GIT,
    verb: "reset",
    accepts: [...needed(falls(flags("--hard"))), ...stays(QUIET)],
    operands: { least: 0, most: 0 },
    becomes: "stash",
  },
  {
    ...GIT,
    verb: "checkout --",
    accepts: [],
    operands: { least: 1, most: ANY, like: NAME },
    becomes: "stash push --",
  },
  {
    ...GIT,
    verb: "checkout .",
    accepts: [],
    operands: { least: 0, most: 0 },
    becomes: "stash push -- .",
  },
  {
    ...GIT,
    verb: "restore",
    accepts: falls(QUIET, flags("-W --worktree")),
    operands: { least: 1, most: ANY, like: NAME },
    dashes: "fall",
    becomes: "stash push --",
  },
  {
    ...GIT,
    verb: "clean",
    accepts: [...needed(falls(flags("-f --force"), flags("-d"))), ...falls(flags("-x"), QUIET)],
    operands: { least: 0, most: 0 },
    becomes: "stash -u",
  },
  {
    ...GIT,
    verb: "branch",
    accepts: [...needed(becomes("-d", flags("-D"))), ...stays(QUIET)],
    operands: { least: 1, most: ANY },
  },
  {
    ...GIT,
    verb: "rebase",
    accepts: stays(flags("-q --quiet -v --verbose -n --stat --no-stat --autostash --no-autostash")),
    operands: { least: 1, most: 1, like: NAME },
    becomes: "merge",
  },
  {
    ...GIT,
    verb: "stash drop",
    accepts: falls(QUIET),
    operands: { least: 0, most: 1, fall: true },
    becomes: "stash list",
  },
  {
    ...GIT,
    verb: "stash clear",
    accepts: [],
    operands: { least: 0, most: 0 },
    becomes: "stash list",
  },
  {
    ...GIT,
    verb: "commit",
    accepts: [...needed(falls(flags("-n --no-verify"))), ...COMMIT],
    operands: { least: 0, most: 0 },
  },
  {
    ...GIT,
    verb: "push",
    accepts: [...needed(falls(flags("--no-verify"))), ...PUSH],
    operands: { least: 0, most: ANY },
  },
  {
    ...GIT,
    verb: "push",
    accepts: [
      ...PUSH,
      ...stays(flags("-f --force", "-d --delete", "--all", "--mirror", "--prune", "--no-verify")),
      ...stays(maybeTaking("--force-with-lease"), taking("-o --push-option")),
    ],
    operands: { least: 0, most: ANY },
    adds: "--dry-run",
    onlySays: true,
  },
  {
    ...GIT,
    verb: "clean",
    accepts: stays(flags("-f --force", "-d", "-x", "-X"), QUIET, taking("-e --exclude")),
    operands: { least: 0, most: ANY },
    dashes: "stay",
    adds: "--dry-run",
    onlySays: true,
  },
];

const OF_NPM: readonly Form[] = ["install", "i", "ci"].map((verb) => ({
  programs: ["npm"],
  verb,
  accepts: [
    ...stays(
      flags("--no-audit --no-fund --no-progress --prefer-offline --legacy-peer-deps"),
      flags("-s -d -q --silent --quiet --verbose"),
      taking("--loglevel"),
    ),
    ...falls(flags("-f --force", "--unsafe-perm")),
  ],
  operands: { least: 0, most: 0 },
  becomes: "ci --ignore-scripts",
}));

/** What their lock files name, and nothing of it runs. */
const OF_OTHER_INSTALLS: readonly Form[] = (
  [
    ["pnpm", "install"],
    ["pnpm", "i"],
    ["yarn", "install"],
  ] as const
).map(([program, verb]) => ({
  programs: [program],
  verb,
  accepts: program === "pnpm" ? stays(flags("--prefer-offline", "--silent")) : [],
  operands: { least: 0, most: 0 },
  adds: "--frozen-lockfile --ignore-scripts",
}));

const OF_TERRAFORM: readonly Form[] = (
  [
    ["apply", "plan"],
    ["destroy", "plan -destroy"],
  ] as const
).map(([verb, plan]) => ({
  programs: ["terraform", "tofu"],
  front: [taking("-chdir")],
  verb,
  accepts: [
    ...falls(maybeTaking("-auto-approve")),
    ...stays(
      flags("-no-color", "-compact-warnings"),
      maybeTaking("-input", "-refresh", "-lock"),
      taking("-var", "-var-file", "-target", "-lock-timeout", "-parallelism"),
    ),
  ],
  // What is applied may be a plan that was kept, which cannot be planned again.
  operands: { least: 0, most: 0 },
  becomes: plan,
}));

/** Which cluster, and which part of it. */
const RELEASE = stays(taking("-n --namespace", "--kube-context"));
const CHART = [
  ...RELEASE,
  ...stays(
    taking("-f --values", "--set", "--set-string", "--set-file", "--set-json"),
    taking("--version", "--repo"),
  ),
  ...falls(flags("--wait", "--atomic", "--create-namespace"), taking("--timeout")),
];
const OF_HELM: readonly Form[] = [
  {
    programs: ["helm"],
    verb: "install",
    accepts: CHART,
    operands: { least: 2, most: 2 },
    becomes: "template",
  },
  {
    programs: ["helm"],
    verb: "upgrade",
    accepts: [...CHART, ...falls(flags("-i --install", "--cleanup-on-fail"))],
    operands: { least: 2, most: 2 },
    becomes: "template",
  },
  {
    programs: ["helm"],
    verb: "uninstall",
    accepts: [...RELEASE, ...falls(flags("--keep-history", "--wait"), taking("--timeout"))],
    operands: { least: 1, most: 1 },
    becomes: "status",
  },
];

const CLUSTER = [taking("-n --namespace", "--context")];
const MANIFESTS = stays(
  taking("-f --filename", "-k --kustomize", "-o --output"),
  ...CLUSTER,
  flags("-R --recursive"),
);
const SELECTED = stays(taking("-l --selector"));
/** Verbs that take the option, by what else is said with them; not on the server, where the trial is another one. */
const OF_KUBECTL: readonly Form[] = (
  [
    ["apply", [...MANIFESTS, ...SELECTED], 0],
    ["create", MANIFESTS, 0],
    ["replace", MANIFESTS, 0],
    [
      "delete",
      [
        ...MANIFESTS,
        ...SELECTED,
        ...stays(flags("--all", "--force", "--now"), maybeTaking("--ignore-not-found", "--wait")),
        ...stays(taking("--grace-period"), maybeTaking("--cascade")),
      ],
      ANY,
    ],
    ["patch", [...MANIFESTS, ...stays(taking("-p --patch", "--type", "--patch-file"))], 2],
    ["scale", [...MANIFESTS, ...SELECTED, ...stays(taking("--replicas"))], ANY],
  ] as const
).map(([verb, accepts, most]) => ({
  programs: ["kubectl"],
  front: CLUSTER,
  verb,
  accepts,
  operands: { least: 0, most },
  adds: "--dry-run=client",
  onlySays: true,
}));

const COMPOSE = stays(flags("-q --quiet"));
const OF_CONTAINERS: readonly Form[] = [
  {
    programs: ["docker", "podman"],
    verb: "run",
    isRun: true,
    accepts: [
      ...needed(falls(maybeTaking("--privileged"))),
      ...stays(
        flags("-d --detach", "-i --interactive", "-t --tty", "--rm", "--init", "--read-only"),
        taking("-e --env", "--env-file", "-v --volume", "-p --publish", "-w --workdir"),
        taking("-u --user", "--name", "--network", "--entrypoint", "--platform", "--memory"),
        taking("--cpus", "-h --hostname"),
      ),
    ],
    operands: { least: 1, most: ANY },
    dashes: "stay",
  },
  ...["--no-interpolate", "--services"].flatMap((adds): readonly Form[] => {
    const config = { accepts: COMPOSE, operands: { least: 0, most: 0 }, adds };
    return [
      { ...config, programs: ["docker"], verb: "compose config" },
      { ...config, programs: ["docker-compose"], verb: "config" },
    ];
  }),
];

/** Every safer form of a verb, of those of one program the nearest first. */
export const FORMS: readonly Form[] = [
  ...OF_GIT,
  ...OF_NPM,
  ...OF_OTHER_INSTALLS,
  ...OF_TERRAFORM,
  ...OF_HELM,
  ...OF_KUBECTL,
  ...OF_CONTAINERS,
];
