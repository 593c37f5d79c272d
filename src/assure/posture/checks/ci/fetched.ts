// What pipelines fetch by a name that others can move: actions, reusable workflows, images, templates, scripts, the client itself.
import type { Fault, Looks } from "../../check.ts";
import type { Job, Pipeline, Reference } from "../../pipeline/pipeline.ts";
import { ownAccounts } from "../../inputs/of-others.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { isStartedByHand, isSwitchedOff, isWorthTaking } from "./worth.ts";
import { faultAt, overPipelines, type SeenPipelines } from "./seen-pipelines.ts";
import { startedPackage } from "../../inputs/package-spec.ts";
import { baseName } from "#base/path.ts";
import { scriptFiles } from "./script-files.ts";

const DIGEST = /@(?:sha256:)?[0-9a-f]{40,64}$/;
/** Owners whose actions GitHub itself keeps: who moves their tags runs the machine anyway. */
const FIRST_PARTY = /^(?:actions|github)\//;
/** Tags of the client's own action with a name that elsewhere is a branch's. */
const NAMED_TAG = /^anthropics\/claude-code-(?:base-)?action@beta$/;
/** Names that are moved with each commit; a release branch of a version goes along as well. */
const BRANCH =
  /@(?:refs\/heads\/\S+|(?:main|master|develop|dev|trunk|HEAD|latest|next|canary|edge|nightly|beta|stable|unstable|snapshot)|release\/\S+)$/i;

/** Checks of the family `ci` about what is fetched. */
export const fetchedLooks: Looks = {
  "unpinned-action": overPipelines((seen, auditInputs) =>
    gravestOrOne(
      foreign(seen, auditInputs).flatMap((one) => {
        const { text, at } = one.reference;
        if (DIGEST.test(text) || isBranch(text)) return [];
        const fault = faultAt(one.file, at, {
          message: `\`${text}\` is what its owner last gave this name to, and runs with the rights of this job`,
          fix: "name the full hash of the commit, with the version as a comment behind it",
        });
        return [{ ...fault, ...worthIn(one) }];
      }),
    ),
  ),
  "branch-action": overPipelines((seen, auditInputs) =>
    gravestOrOne(
      foreign(seen, auditInputs).flatMap((one) =>
        isBranch(one.reference.text)
          ? [
              {
                ...faultAt(one.file, one.reference.at, {
                  message: `\`${one.reference.text}\` is a branch: each commit there runs here at once`,
                  fix: "name the full hash of a commit",
                }),
                ...worthIn(one),
              },
            ]
          : [],
      ),
    ),
  ),
  "unpinned-image": overPipelines((seen) => {
    const jobs = new Set(seen.agents().map(({ job }) => job));
    const started = seen.agentSteps().flatMap(({ file, step }) =>
      seen.ran(step).flatMap(({ commands, place }) =>
        commands.flatMap(({ words, at }) => {
          const [program = "", ...args] = words.map((word) => word ?? "$word");
          const image = startedPackage(baseName(program), args);
          return image?.kind !== "image" || image.isPinned || image.spec.includes("$")
            ? []
            : [
                faultAt(file, place(at?.start ?? 0), {
                  message: `the image \`${image.spec}\` is another one whenever its owner pushes`,
                  fix: "name a version, best with its digest (`@sha256:...`)",
                }),
              ];
        }),
      ),
    );
    const own = seen.pipelines.flatMap(({ file, pipeline }) =>
      pipeline.jobs
        .filter((job) => jobs.has(job))
        .flatMap(({ containers }) => containers)
        .filter(({ text }) => isMovingImage(text))
        .map(({ text, at }) =>
          faultAt(file, at, {
            message: `the image \`${text}\` is another one whenever its owner pushes`,
            fix: "name a version, best with its digest (`@sha256:...`)",
          }),
        ),
    );
    return [...own, ...started];
  }),
  "remote-script": overPipelines((seen) =>
    seen.steps.flatMap((sight) => downloadsRun(seen, sight)),
  ),
  "remote-template": overPipelines((seen) =>
    seen.pipelines.flatMap(({ file, pipeline }) =>
      pipeline.fetched.filter(isMovingTemplate).map(({ text, at }) =>
        faultAt(file, at, {
          message: `\`${text}\` comes from elsewhere without a fixed version`,
          fix: "name a commit, or a version that cannot be moved",
        }),
      ),
    ),
  ),
  "unpinned-client": overPipelines((seen, auditInputs) => [
    ...seen.steps.flatMap((sight) => installsOf(seen, sight)),
    ...scriptFiles(auditInputs, /(?:^|\/)(?:Dockerfile[^/]*|[^/]+\.dockerfile)$/i).flatMap((file) =>
      (file.text ?? "").split("\n").flatMap((text, at) => {
        const found =
          /^\s*(?:RUN|&&).*\b(?:npm|pnpm|yarn|bun)\b.*(@anthropic-ai\/claude-code)(?!@\d)/.exec(
            text,
          );
        return found === null || !isUsedByPipelines(seen)
          ? []
          : [faultAt(file, { line: at + 1, column: 1 }, MOVING_CLIENT)];
      }),
    ),
  ]),
};

type FetchedReference = {
  readonly file: Parameters<typeof faultAt>[0];
  readonly pipeline: Pipeline;
  readonly job: Job;
  readonly reference: Reference;
};

/** Actions and reusable workflows that are fetched from elsewhere. */
function references(seen: SeenPipelines): readonly FetchedReference[] {
  const ofSteps = seen.steps.flatMap(({ file, pipeline, job, step }) =>
    step.uses === undefined ? [] : [{ file, pipeline, job, reference: step.uses }],
  );
  const ofJobs = seen.pipelines.flatMap(({ file, pipeline }) =>
    pipeline.jobs.flatMap((job) =>
      job.calls === undefined ? [] : [{ file, pipeline, job, reference: job.calls }],
    ),
  );
  return [...ofSteps, ...ofJobs].filter(
    ({ pipeline, reference }) =>
      (pipeline.platform === "github" || pipeline.platform === "action") &&
      /^[\w.-]+\/[\w./-]+@|^docker:\/\//.test(reference.text),
  );
}

/** Those that neither the forge nor the owner of this repository keeps: who moves these writes here anyway. */
function foreign(seen: SeenPipelines, auditInputs: AuditInputs): readonly FetchedReference[] {
  const own = ownAccounts(auditInputs);
  return references(seen).filter(
    ({ reference: { text }, job }) =>
      !FIRST_PARTY.test(text) &&
      !own.has((/^([\w.-]+)\//.exec(text)?.[1] ?? "").toLowerCase()) &&
      // The forge hands every secret on within one organization alone.
      (job.givesAllSecrets === undefined || job.calls?.text !== text),
  );
}

/** WHY one at most of those that get nothing: they are all mended alike, and hide the others. */
function gravestOrOne(faults: readonly Fault[]): readonly Fault[] {
  const [first, ...others] = faults.filter(({ severity }) => severity === "info");
  const graver = faults.filter(({ severity }) => severity !== "info");
  if (first === undefined || graver.length > 0) return graver;
  const more = others.length === 0 ? "" : `, and ${others.length} more are named like that`;
  return [
    {
      ...first,
      message: `${first.message}, which holds no secret and is not given to write${more}`,
    },
  ];
}

const isBranch = (text: string) => BRANCH.test(text) && !NAMED_TAG.test(text);

/** How bad it is that code of others runs in a job: by what it gets there, and by who starts it. */
function worthIn({ pipeline, job, reference }: FetchedReference): Pick<Fault, "severity"> {
  // Of a composite action it is the calling job that decides.
  if (pipeline.platform !== "github") return LOW;
  const isToolchain = TOOLCHAIN.test(reference.text);
  if (
    isSwitchedOff(pipeline, job) ||
    (isToolchain && isStartedByHand(pipeline)) ||
    (job.calls === undefined && !isWorthTaking(pipeline, job))
  )
    return { severity: "info" };
  return isToolchain || RELEASE_LINE.test(reference.text) ? { severity: "medium" } : {};
}

const MEDIUM = { severity: "medium" } as const;
const LOW = { severity: "low" } as const;
/** Actions whose branches are the versions of what they install, as their own guide has it. */
const TOOLCHAIN = /^dtolnay\/rust-toolchain@(?:stable|beta|nightly|master)$/;

/** A branch that is the line of one released version: it moves as a tag of that version does. */
const RELEASE_LINE = /@(?:refs\/heads\/)?releases?\/v?\d+(?:\.\d+)*$/;

function isMovingImage(text: string): boolean {
  if (/[$<{]/.test(text) || text.includes("@sha256:")) return false;
  const tag = /:([\w.-]+)$/.exec(text.replace(/^.*\//, ""))?.[1];
  return tag === undefined || /^(?:latest|stable|edge|main|master|nightly|current|lts)$/i.test(tag);
}

function isMovingTemplate({ text }: Reference): boolean {
  if (/^https?:\/\//.test(text)) return !/[0-9a-f]{40}/.test(text);
  if (DIGEST.test(text)) return false;
  const version = /@([^@]*)$/.exec(text)?.[1];
  if (version === undefined) return true;
  // A tag or version names one state; a branch, a word or a bare major version goes along with what is new.
  return !/^(?:refs\/tags\/|v?\d+\.\d+(?:\.\d+)?)/.test(version);
}

/** Programs that hold a file against a digest or a signature and fail where it is another. */
const VERIFIES =
  /\b(?:sha(?:1|224|256|384|512)sum|b2sum|shasum)\b[^\n|]*\s(?:-c|--check)\b|\bgpg\b[^\n]*--verify\b|\bcosign\s+verify|\bminisign\b[^\n]*\s-V|\bopenssl\s+dgst\b[^\n]*-verify\b|\bgh\s+attestation\s+verify\b/;

/** Addresses from which the makers of tools have them installed: whoever holds those has the tool as well. */
const INSTALLERS =
  /^https:\/\/(?:sh\.rustup\.rs|astral\.sh\/(?:uv|ruff)|get\.pnpm\.io|bun\.sh\/install|deno\.land\/install|install\.python-poetry\.org|deb\.nodesource\.com|rpm\.nodesource\.com|get\.docker\.com|get\.helm\.sh|cli\.github\.com|apt\.llvm\.org|starship\.rs|install\.determinate\.systems|nixos\.org\/nix|raw\.githubusercontent\.com\/(?:Homebrew|nvm-sh|helm|golangci|rustup-rs|cargo-bins|anchore|aquasecurity)\/|get\.sdkman\.io|just\.systems|mise\.run|claude\.ai\/install|foundry\.paradigm\.xyz|cli\.codecov\.io|fly\.io\/install)/i;

/** The first address of the line in which a download is seen, or behind it: a program may run all of it in a text of its own. */
const ADDRESS = /\bhttps?:\/\/[^\s"'|)]+/;

/** Downloads that run at once. */
function downloadsRun(
  seen: SeenPipelines,
  { file, pipeline, job, step }: SeenPipelines["steps"][number],
): readonly Fault[] {
  return seen.ran(step).flatMap(({ effects, place, script }) => {
    const found = effects.find(
      (effect) => effect.kind === "execute" && effect.origin === "download",
    );
    const start =
      found?.at?.start ??
      /\b(?:curl|wget)\b[^\n|]*\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^\n|]*\|\s*(?:iex|Invoke-Expression)\b|(?:\b(?:iex|Invoke-Expression)\b|\[scriptblock\]::Create\()[^\n]*(?:\.DownloadString\(|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b)|\.DownloadString\([^\n]*\|\s*(?:iex|Invoke-Expression)\b/i.exec(
        script.text,
      )?.index;
    if (start === undefined) return [];
    const before = found === undefined ? "" : script.text.slice(0, start);
    if (/\b(?:curl|wget|iwr|Invoke-WebRequest)\b/.test(before) && VERIFIES.test(before)) return [];
    const line = script.text.slice(script.text.lastIndexOf("\n", start - 1) + 1);
    const address = ADDRESS.exec(line)?.[0] ?? "";
    if (INSTALLERS.test(address)) return [];
    const isPlain = /^http:\/\/(?!localhost|127\.)/.test(address);
    return [
      {
        ...faultAt(file, place(start), {
          message: "what a server sends is run as it comes",
          fix: "fetch a fixed version, hold it against a digest that is written here, and run that",
        }),
        ...(isPlain ? {} : isWorthTaking(pipeline, job) ? MEDIUM : LOW),
      },
    ];
  });
}

const MOVING_CLIENT = {
  message: "the client comes in whichever version is newest",
  fix: "name an exact version: `@anthropic-ai/claude-code@X.Y.Z`",
} as const;

/** Installations and runs of the client without a version. */
function installsOf(
  seen: SeenPipelines,
  { file, step }: SeenPipelines["steps"][number],
): readonly Fault[] {
  return seen
    .ran(step)
    .flatMap(({ commands, place, script }) => {
      const byCommand = commands.flatMap(({ words, at }) => {
        const named = words.find((word) => /^@anthropic-ai\/claude-code(?:@|$)/.test(word ?? ""));
        const isFixed = named === undefined || /@\d+\.\d+\.\d+/.test(named);
        const isOurs = /^(?:npx|npm|pnpm|pnpx|yarn|bun|bunx)$/.test(
          words[0]?.replace(/^.*\//, "") ?? "",
        );
        const isLooking = /^(?:ls|list|view|info|outdated|uninstall|remove|rm)$/.test(
          words[1] ?? "",
        );
        return isFixed || !isOurs || isLooking
          ? []
          : [faultAt(file, place(at?.start ?? 0), MOVING_CLIENT)];
      });
      const installer = /claude\.ai\/install\.(?:sh|ps1)\b(?![^\n]*(?:-s\s+)?\d+\.\d+\.\d+)/.exec(
        script.text,
      );
      const byInstaller =
        installer === null ? [] : [faultAt(file, place(installer.index), MOVING_CLIENT)];
      const formula = /\bbrew\s+install\b[^\n;&|]*\bclaude-code\b(?!@)/.exec(script.text);
      const byFormula =
        formula === null ? [] : [faultAt(file, place(formula.index), MOVING_CLIENT)];
      return byCommand.length > 0 ? byCommand.slice(0, 1) : [...byInstaller, ...byFormula];
    })
    .concat(
      // Tasks that are given the words of a package manager.
      step.inputs
        .filter(
          ({ value }) =>
            /\b(?:install|add|exec|dlx|i)\b/.test(value) &&
            /@anthropic-ai\/claude-code(?!@\d+\.\d+\.\d+)(?![\w/-])/.test(value),
        )
        .map(({ at }) => faultAt(file, at, MOVING_CLIENT)),
    );
}

function isUsedByPipelines({ pipelines }: SeenPipelines): boolean {
  return pipelines.length > 0;
}
