// What git would run or follow in a freshly opened repository: its own configuration and links that lead outside.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { fileFault, filesIn, lineFault } from "../../looking.ts";
import { leadsOut } from "../../inputs/of-interest.ts";
import { isBroadPlace, isSecretPlace } from "../../inputs/secret-places.ts";
import type { SeenFile, SeenTree } from "../../inputs/audit-inputs.ts";
import { readIni } from "../../texts/ini.ts";

/** Functions of git and of links. */
export const gitLooks: Looks = {
  "git-config": (auditInputs) => {
    const { repository } = auditInputs;
    const own = filesIn([repository], /(?:^|\/)(?:\.git\/config|\.gitmodules)$/);
    const kept = filesIn([repository], /(?:^|\/)\.gitconfig$/);
    const files = [...own, ...kept.filter((file) => isIncluded(repository, file))];
    if (files.length === 0)
      return notApplicable("git's configuration of this repository was not among the files");
    return verdict(
      files.map(({ shown }) => shown),
      files.flatMap((file) =>
        readIni(file.text ?? "")
          .filter(({ section, key, value }) => runsProgram(section, key, value))
          .map(({ line, section }) => ({
            ...lineFault(
              file,
              line,
              section === "alias"
                ? "git runs this program where somebody types the alias"
                : "git runs this program on the first harmless command",
              "git config --unset the key, and look at who set it",
            ),
            ...(section === "alias" ? ({ severity: "medium" } as const) : {}),
          })),
      ),
    );
  },
  "link-outside": (auditInputs) => {
    const links = [...auditInputs.repository.files.values()].filter(({ isLink }) => isLink);
    if (links.length === 0) return notApplicable("there are no links among the files");
    return verdict(
      links.map(({ shown }) => shown),
      links
        .filter(leadsOutside)
        .map((file) =>
          fileFault(
            file,
            "the link leads to a secret or a settings file outside of the repository",
            "replace the link by a file, or take it out",
          ),
        ),
    );
  },
};

/** What takes a file of settings into force: a command that people or scripts run. */
const INCLUDES = /\b(?:include\.path|GIT_CONFIG(?:_GLOBAL|_SYSTEM)?\b)[^\n]*\.gitconfig/;

/** WHY asked: git reads no `.gitconfig` of a repository by itself; people keep their own in one, and that is none of this one's. */
function isIncluded({ files }: SeenTree, { path }: SeenFile): boolean {
  return (
    !path.includes("/") &&
    !isHomeOfDotfiles([...files.keys()]) &&
    ([...files.values()].some(({ text = "" }) => INCLUDES.test(text)) || files.size < 40)
  );
}

/** A repository of somebody's own settings has several of them at its top. */
function isHomeOfDotfiles(paths: readonly string[]): boolean {
  return (
    paths.filter((path) => /^\.(?:bash|zsh|vim|tmux|profile|inputrc|config\/)/.test(path)).length >
    0
  );
}

function runsProgram(section: string, key: string, value: string): boolean {
  const isTrue = /^(?:true|yes|on|1|false|no|off|0|)$/i.test(value);
  if (section === "core" && key === "fsmonitor") return !isTrue;
  if (section === "core" && key === "hookspath") return false;
  if (
    section === "core" &&
    /^(?:sshcommand|pager|editor|askpass|gitproxy|alternaterefscommand)$/.test(key)
  )
    return !isOrdinaryProgram(value);
  if (section === "alias") return value.startsWith("!");
  if (section === "filter")
    return (
      /^(?:clean|smudge|process)$/.test(key) &&
      !/^(?:git[- ](?:lfs|crypt|annex)|"?git-crypt"?|nbstripout|cat)(?=\s|$)/.test(value)
    );
  if (section === "diff") return /^(?:external|textconv|command)$/.test(key);
  if (section === "merge") return key === "driver";
  // A submodule is taken in by a command of the configuration's own.
  if (section === "submodule") return key === "update" && value.trim().startsWith("!");
  if (
    section === "difftool" ||
    section === "mergetool" ||
    section === "browser" ||
    section === "man"
  )
    return key === "cmd" && /[;&|$`]|^\.{0,2}\/|\bsh\b/.test(value);
  if (section === "interactive") return key === "difffilter" && !isOrdinaryProgram(value);
  if (section === "pager") return !isTrue && !isOrdinaryProgram(value);
  if (section === "trailer" || section === "tar" || section === "guitool")
    return /^(?:command|cmd)$/.test(key);
  if (section === "remote")
    return (
      /^(?:uploadpack|receivepack|vcs)$/.test(key) ||
      (/^(?:push)?url$/.test(key) && value.startsWith("ext::"))
    );
  if (section === "url") return value.startsWith("ext::");
  if (section === "credential")
    return (
      key === "helper" &&
      /^!|^\/|^\./.test(value) &&
      !/git-credential|aws codecommit credential-helper/.test(value)
    );
  if (section === "gpg") return key === "program" && !/^(?:gpg2?|\/usr\/bin\/gpg2?)$/.test(value);
  if (section === "uploadpack" || section === "receive") return /packobjectshook|command/.test(key);
  if (section === "sequence") return key === "editor" && !/^(?:vim?|nano|code --wait)$/.test(value);
  return section === "include" || section === "includeif"
    ? /^(?:\.{0,2}\/|\w)/.test(value) && !value.startsWith("~") && !value.startsWith("/")
    : false;
}

/** Pagers, editors and ssh with its keys; a command that ssh itself would run is none of them. */
function isOrdinaryProgram(value: string): boolean {
  if (/ProxyCommand|LocalCommand|PermitLocalCommand/i.test(value)) return false;
  return (
    /^(?:less|more|most|cat|bat|delta|diff-so-fancy|vim?|nvim|nano|emacs|subl|code --wait|cursor --wait|zed --wait)(?: -\S+)*$/.test(
      value,
    ) || /^(?:\/usr\/bin\/)?ssh(?: -[iFplo] ?\S+| -[46AaCTtvqx]+)*$/.test(value)
  );
}

/** Files outside by which programs are set up or secrets told, besides those that are known for secrets. */
const SETS_UP =
  /(?:^|\/)\.claude(?:\.json|\/|$)|^\/etc\/|^\/proc\/|docker\.sock$|(?:^|\/)\.(?:(?:bash|zsh)\w*|profile|gitconfig|config|gemini|codex|cursor)(?:\/|$)|(?:^|\/)\.\w+_history$/;

function leadsOutside({ path, text, target = text?.trim() ?? "" }: SeenFile): boolean {
  return (
    leadsOut(path, target) &&
    (isSecretPlace(target) || isBroadPlace(target) || SETS_UP.test(target))
  );
}
