// Who answers for the files by which a repository steers the client and its pipelines.
import { type Fault, type Looks, notApplicable, verdict } from "../../check.ts";
import { withControlFiles } from "../../causes.ts";
import {
  CODEOWNERS_PLACES,
  codeowners,
  decidingLine,
  forgeOf,
  placesFor,
} from "../../codeowners.ts";
import { expecting, fileFault, filesIn, lineFault } from "../../looking.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { isOfOthers } from "../../inputs/of-others.ts";

/** Files by which a repository steers the client and what runs. */
const CONTROL =
  /^(?:\.claude\/(?:settings\.json|hooks\/.+|agents\/.+|commands\/.+|skills\/.+)|\.mcp\.json|CLAUDE\.md|\.(?:github|gitea|forgejo)\/workflows\/.+|\.gitlab-ci\.yml|\.sallyport\/.+)$/;
/** Of those, what a person has to answer for. */
const OWNED =
  /^(?:\.claude\/(?:settings\.json|(?:hooks|agents|commands|skills|rules)\/.+)|\.mcp\.json|\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/.+|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|Jenkinsfile|\.?azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|\.buildkite\/.+\.ya?ml)$/;

/** A pattern that takes every file. */
const EVERYTHING = /^\/?\*{1,2}$/;

/** Checks of the family `git` about CODEOWNERS. */
export const ownerLooks: Looks = {
  "no-codeowners": expecting(
    ({ repository }) =>
      CODEOWNERS_PLACES.filter((place) => {
        const file = repository.files.get(place);
        return file !== undefined && (file.text === undefined || /^[ \t]*[^#\s]/m.test(file.text));
      }),
    {
      message: "the repository has no CODEOWNERS file",
      fix: "write `CODEOWNERS` at the top, where GitHub and GitLab both look, with `/.claude/ @your-org/security`, `/.mcp.json @your-org/security` and the pipelines' files, or run `sallyport ci init codeowners --owner @your-org/security`",
    },
    { applies: withControlFiles },
  ),
  "control-files-not-owned": (auditInputs) => {
    const owners = codeowners(auditInputs.repository);
    if (owners === undefined) return notApplicable("there is no CODEOWNERS file");
    const files = [...auditInputs.repository.files.keys()].filter((path) => OWNED.test(path));
    // A file that some line names and another takes away is told of by the check about overridden lines.
    const open = files.filter(
      (path) => !owners.lines.some((one) => one.owners.length > 0 && one.fits(path)),
    );
    const groups = [
      ...new Set(
        open.map((path) =>
          path.startsWith(".claude/")
            ? "/.claude/"
            : /^\.(?:github|gitea|forgejo)\//.test(path)
              ? `/${path.split("/").slice(0, 2).join("/")}/`
              : `/${path}`,
        ),
      ),
    ];
    return verdict(
      [owners.file.shown],
      groups.map((group) => ({
        ...fileFault(
          owners.file,
          `nobody owns \`${group}\`, so anybody's change steers the client or the pipeline`,
          `add \`${group} @your-org/security\``,
        ),
        evidence: group,
      })),
    );
  },
  "codeowners-overridden": (auditInputs) => {
    const owners = codeowners(auditInputs.repository);
    if (owners === undefined) return notApplicable("there is no CODEOWNERS file");
    const samples = [
      ".claude/settings.json",
      ".mcp.json",
      ".github/workflows/ci.yml",
      ...[...auditInputs.repository.files.keys()].filter((path) => CONTROL.test(path)),
    ];
    const lines = new Map<number, Fault>();
    for (const path of samples) {
      const last = decidingLine(owners, path);
      const before = owners.lines.findLast(
        (one) =>
          one !== last &&
          one.section === last?.section &&
          one.fits(path) &&
          one.line < (last?.line ?? 0) &&
          one.owners.length > 0 &&
          // A line about everything is no owner of control files that a later one with owners takes away.
          (last?.owners.length === 0 || !EVERYTHING.test(one.pattern)),
      );
      if (last === undefined || before === undefined) continue;
      const isWider =
        /^\/?(?:\*\*\/)?\*{1,2}(?:\.\w+)?$/.test(last.pattern) ||
        last.owners.length === 0 ||
        last.pattern.length < before.pattern.length;
      if (!isWider || last.owners.join() === before.owners.join()) continue;
      lines.set(
        last.line,
        lineFault(
          owners.file,
          last.line,
          `the last line that fits counts, and this one takes \`${before.pattern}\` from ${before.owners.join(", ")}`,
          // Moved to the end, a line about everything would take what others name.
          EVERYTHING.test(before.pattern)
            ? `add \`/${path.startsWith(".mcp") ? path : `${path.split("/")[0]}/`} ${before.owners.join(" ")}\` behind it`
            : `move the line \`${before.pattern} ...\` behind it`,
        ),
      );
    }
    return verdict([owners.file.shown], [...lines.values()]);
  },
  "codeowners-dead-place": (auditInputs) => {
    const { repository, git } = auditInputs;
    const all = filesIn([repository], /(?:^|\/)codeowners(?:\.(?:md|txt|ya?ml))?$/i).filter(
      ({ path }) => !OF_OTHERS.test(path) && !isOfOthers(repository, path),
    );
    if (all.length === 0) return notApplicable("there is no CODEOWNERS file");
    const host = git.kind === "seen" ? git.value.remoteHost : undefined;
    const order = placesFor(repository, host);
    // Without a sign of the forge, the places of GitHub are those that shadow each other.
    const [, ...shadowed] = (order === CODEOWNERS_PLACES ? order.slice(0, 3) : order).filter(
      (place) => repository.files.has(place),
    );
    return verdict(
      all.map(({ shown }) => shown),
      all
        .filter(
          ({ path }) =>
            !(CODEOWNERS_PLACES as readonly string[]).includes(path) ||
            isOfOtherForge(path, auditInputs) ||
            shadowed.includes(path),
        )
        .map((file) =>
          fileFault(
            file,
            shadowed.includes(file.path)
              ? "another file comes first, and this one does not count"
              : "the forge does not look here",
            "move what it says to the first of `.github/CODEOWNERS`, `CODEOWNERS` and `docs/CODEOWNERS` that is there (GitLab: not `.github/`), and delete it",
          ),
        ),
    );
  },
};

/** Folders whose files are somebody else's, or an example. */
const OF_OTHERS =
  /(?:^|\/)(?:tests?|__tests__|spec|fixtures?|examples?|testdata|templates?|vendor|third[_-]party|node_modules)\//i;

/** A place that only another forge looks at: each has a folder of its own, which the others pass over (their references). */
function isOfOtherForge(path: string, { git, repository }: AuditInputs): boolean {
  const forge = forgeOf(repository, git.kind === "seen" ? git.value.remoteHost : undefined);
  if (forge === undefined || !path.startsWith(".")) return false;
  const folders = {
    gitea: /^\.(?:gitea|forgejo)\//,
    github: /^\.github\//,
    gitlab: /^\.gitlab\//,
    bitbucket: /^\.bitbucket\//,
  };
  return !folders[forge].test(path);
}
