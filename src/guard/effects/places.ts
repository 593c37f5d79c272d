// Places whose change is more than a change: what starts by itself (persist), rights (privilege), and controls (tamper).
import { compileGlob, escapeGlob, globBase, globsIntersect } from "#base/glob.ts";
import type { SessionFacts } from "../facts.ts";
import type { Target } from "./effect.ts";

/** What a write to a place amounts to. `globs` are absolute; `~` and `<project>` stand for the session's. */
type Place = {
  readonly kind: "persist" | "privilege" | "tamper";
  readonly means: string;
  readonly globs: readonly string[];
  /** Deleting one of them starts nothing. */
  readonly unlessDeleted?: true;
  /** A name that nobody can know before: what is written to the directory as a whole does not aim at it. */
  readonly madeUp?: true;
};

const PLACES: readonly Place[] = [
  {
    kind: "tamper",
    means: "client-settings",
    globs: [
      "/**/.claude/settings.json",
      "/**/.claude/settings.local.json",
      "/**/.claude/hooks/**",
      "/**/.claude/sallyport-hook.sh",
      "/**/.claude/plugins/**",
      "~/.claude.json",
      "/etc/claude-code/**",
      "/Library/Application Support/ClaudeCode/**",
    ],
  },
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: [
      "~/.claude/shell-snapshots/**",
      "~/.claude/session-env/**",
      // Wherever the client keeps its files.
      "/**/shell-snapshots/snapshot-*-*.sh",
      "/**/session-env/*/*.sh",
    ],
  },
  // Where the client looks after a command which directory it ended in. Each call makes up its name.
  {
    kind: "tamper",
    means: "shell-snapshot",
    globs: ["/tmp/claude-*-cwd"],
    madeUp: true,
  },
  {
    kind: "persist",
    means: "shell-startup",
    globs: [
      "~/.bashrc",
      "~/.bash_profile",
      "~/.bash_login",
      "~/.bash_logout",
      "~/.bash_aliases",
      "~/.profile",
      "~/.zshrc",
      "~/.zshenv",
      "~/.zprofile",
      "~/.zlogin",
      "~/.zlogout",
      "~/.config/fish/**",
      "~/.inputrc",
      "/etc/profile",
      "/etc/profile.d/**",
      "/etc/bash.bashrc",
      "/etc/zsh/**",
      "/etc/environment",
      "~/.xprofile",
      "~/.xinitrc",
      "~/.xsession",
      "~/.xsessionrc",
      "~/.pam_environment",
      "~/.config/environment.d/**",
      "/etc/environment.d/**",
      "/etc/X11/Xsession.d/**",
      "/etc/zshenv",
      "/etc/zshrc",
      "/etc/zprofile",
      "/etc/bashrc",
      "~/.oh-my-zsh/**",
      "~/.config/zsh/**",
      "~/.config/nushell/**",
      "~/.config/elvish/**",
      "~/.config/powershell/**",
      "~/.cshrc",
      "~/.tcshrc",
      "~/.login",
      "~/.logout",
      "~/.kshrc",
      "~/.mkshrc",
      "~/.shrc",
      "~/.xonshrc",
      "~/.bashrc.d/**",
      "~/.zshrc.d/**",
      // Programs that people start in a shell, and that run what their settings say.
      "~/.vimrc",
      "~/.vim/**",
      "~/.gvimrc",
      "~/.exrc",
      "~/.config/nvim/**",
      "~/.emacs",
      "~/.emacs.el",
      "~/.emacs.d/**",
      "~/.config/emacs/**",
      "~/.tmux.conf",
      "~/.config/tmux/**",
      "~/.screenrc",
      "~/.gdbinit",
      "~/.lldbinit",
      "~/.psqlrc",
      "~/.sqliterc",
      "~/.mongoshrc.js",
      "~/.irbrc",
      "~/.pryrc",
      "~/.Rprofile",
      "~/.pythonrc",
      "~/.pythonrc.py",
      "~/.pdbrc",
      "~/.lesskey",
      "~/.wezterm.lua",
      "~/.config/wezterm/**",
      "~/.config/direnv/direnvrc",
      "~/.direnvrc",
      "~/.local/lib/python*/site-packages/*.pth",
      "~/.local/lib/python*/site-packages/*customize.py",
      "~/.ipython/profile_*/startup/**",
      "~/.ipython/profile_*/*_config.py",
      "~/.jupyter/*_config.py",
      "~/.jupyter/custom/**",
      "~/.julia/config/**",
      "~/.octaverc",
      "~/.ghci",
      "~/.iex.exs",
      "~/.erlang",
      "~/.guile",
      "~/.sbclrc",
      "~/.racketrc",
      "~/.ocamlinit",
      "~/.tclshrc",
      "~/.wishrc",
      "~/.perldb",
      "~/.maxima/*init*",
      "~/.groovy/groovysh.rc",
      "~/.lein/profiles.clj",
      "~/.sbt/**/*.sbt",
      "~/.gradle/init.gradle*",
      "~/.gradle/init.d/**",
      "~/.mavenrc",
      "~/.docker/cli-plugins/**",
      "~/.config/kitty/**",
      "~/.config/alacritty/**",
      "~/.config/ghostty/**",
      "~/.config/foot/**",
      "~/.config/zellij/**",
      "~/.config/xonsh/**",
      "~/.config/ranger/**",
      "~/.config/lf/**",
      "~/.config/vifm/**",
      "~/.config/nnn/plugins/**",
      "~/.config/mc/menu",
      "~/.config/mpv/scripts/**",
      "~/.config/helix/**",
      "~/.config/kak/**",
      "~/.config/micro/init.lua",
      "~/.byobu/**",
      "~/.muttrc",
      "~/.mutt/**",
      "~/.config/neomutt/**",
      "~/.lessfilter",
      "~/.config/Code/User/settings.json",
      "~/.config/Code/User/tasks.json",
      "~/.config/Code/User/keybindings.json",
      "~/.config/Cursor/User/settings.json",
      "~/.config/Cursor/User/tasks.json",
      "~/.config/Cursor/User/keybindings.json",
      "~/Library/Application Support/Code/User/settings.json",
      "~/Library/Application Support/Code/User/tasks.json",
      "~/Library/Application Support/Code/User/keybindings.json",
      "~/Library/Application Support/Cursor/User/settings.json",
      "~/Library/Application Support/Cursor/User/tasks.json",
      "~/Library/Application Support/Cursor/User/keybindings.json",
      "~/.vscode/extensions/**",
      "~/.vscode-server/extensions/**",
      "~/.cursor/extensions/**",
      "~/.bash_completion",
      "~/.bash_completion.d/**",
      "~/.local/share/bash-completion/**",
      "/etc/bash_completion.d/**",
      "/etc/skel/**",
      "/etc/vim/**",
      "/etc/xdg/nvim/**",
      "/etc/fish/**",
      "/etc/csh.*",
      "/etc/login.conf",
      "/etc/inputrc",
      "/etc/X11/xinit/**",
      "/root/.bashrc",
      "/root/.bash_profile",
      "/root/.bash_login",
      "/root/.bash_aliases",
      "/root/.profile",
      "/root/.zshrc",
      "/root/.zshenv",
      "/root/.zprofile",
      "/root/.zlogin",
      "/root/.xprofile",
      "/root/.xinitrc",
      "/home/*/.bashrc",
      "/home/*/.bash_profile",
      "/home/*/.bash_login",
      "/home/*/.bash_aliases",
      "/home/*/.profile",
      "/home/*/.zshrc",
      "/home/*/.zshenv",
      "/home/*/.zprofile",
      "/home/*/.zlogin",
      "/home/*/.xprofile",
      "/home/*/.xinitrc",
    ],
  },
  {
    kind: "persist",
    means: "scheduled-task",
    globs: [
      "/etc/cron*",
      "/etc/cron*/**",
      "/var/spool/cron/**",
      "/etc/anacrontab",
      "/var/spool/at/**",
      "/var/at/**",
      "/usr/lib/cron/**",
      "/etc/fcrontab",
      "/var/spool/fcron/**",
      "/etc/incron.d/**",
      "/var/spool/incron/**",
      "/etc/periodic/**",
      "/etc/emond.d/**",
      "/etc/tmpfiles.d/**",
      "/usr/lib/tmpfiles.d/**",
      "~/.config/user-tmpfiles.d/**",
    ],
  },
  {
    kind: "persist",
    means: "service",
    globs: [
      "/etc/systemd/**",
      "/lib/systemd/**",
      "/usr/lib/systemd/**",
      "~/.config/systemd/**",
      "~/.local/share/systemd/**",
      "/etc/init.d/**",
      "/etc/rc*.d/**",
      "/etc/rc.local",
      "/etc/runit/**",
      "/etc/sv/**",
      "/etc/inittab",
      "/etc/init/**",
      "/etc/logrotate.d/**",
      "/Library/StartupItems/**",
      "/etc/supervisor/**",
      "/etc/supervisord.conf",
      "/etc/monit*/**",
      "/etc/s6/**",
      "/etc/s6-overlay/**",
      "/etc/service/**",
      "/etc/dinit.d/**",
      "/etc/conf.d/**",
      "/etc/local.d/**",
      "/etc/rc.conf*",
      "/etc/launchd.conf",
      "/etc/modprobe.d/**",
      "/etc/sysusers.d/**",
      "/etc/initramfs-tools/**",
      "/etc/mkinitcpio*/**",
      "/etc/dracut.conf.d/**",
      "/etc/kernel/**",
      "/etc/grub.d/**",
      "/etc/default/grub",
      "/etc/acpi/**",
      "/etc/pm/**",
      "/etc/pacman.d/hooks/**",
      "/etc/dpkg/dpkg.cfg.d/**",
      "/etc/dnf/**",
      "/etc/yum/**",
      "/etc/ifplugd/**",
      "/etc/networkd-dispatcher/**",
      "/etc/lightdm/**",
      "/etc/gdm*/**",
      "/etc/sddm*/**",
      "/etc/containers/systemd/**",
      "~/.config/containers/systemd/**",
      "/etc/wsl.conf",
      "~/.config/lxsession/**",
      "~/.config/lxqt/**",
      "~/.config/qtile/**",
      "~/.config/river/**",
      "~/.config/xmonad/**",
      "~/.config/leftwm/**",
      "~/.config/herbstluftwm/**",
      "~/.config/sxhkd/**",
      "~/.config/waybar/**",
      "~/.config/polybar/**",
      "~/.xmonad/**",
      "~/.fluxbox/**",
      "~/.icewm/**",
      "~/.fvwm/**",
      "~/.xbindkeysrc",
      "~/.yabairc",
      "~/.skhdrc",
      "~/.config/yabai/**",
      "~/.config/skhd/**",
      "~/.config/karabiner/**",
      "~/.config/aerospace/**",
      "~/.hammerspoon/**",
      "~/.termux/boot/**",
      "~/Library/Scripts/**",
      "~/Library/Preferences/com.apple.loginitems.plist",
      "/Library/Security/SecurityAgentPlugins/**",
      "/Library/PrivilegedHelperTools/**",
      "/mnt/?/Users/*/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/**",
      "/mnt/?/ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/**",
      "~/Library/Application Support/com.apple.backgroundtaskmanagementagent/**",
      "~/.kde/Autostart/**",
      "/etc/udev/**",
      "/lib/udev/rules.d/**",
      "/usr/lib/udev/rules.d/**",
      "/etc/NetworkManager/dispatcher.d/**",
      "/etc/network/if-*.d/**",
      "/etc/ppp/ip-*.d/**",
      "/etc/dhcp/*-hooks.d/**",
      "/etc/update-motd.d/**",
      "/etc/apt/apt.conf.d/**",
      "/etc/modules-load.d/**",
      "/etc/binfmt.d/**",
      "/etc/dbus-1/**",
      "/usr/share/dbus-1/**",
      "~/.local/share/dbus-1/**",
      "~/.config/autostart/**",
      "~/.config/i3/**",
      "~/.config/sway/**",
      "~/.config/hypr/**",
      "~/.config/bspwm/**",
      "~/.config/awesome/**",
      "~/.config/openbox/**",
      "~/.config/labwc/**",
      "~/.config/niri/**",
      "~/.config/plasma-workspace/**",
      "/etc/xdg/autostart/**",
      "~/Library/LaunchAgents/**",
      "/Library/LaunchAgents/**",
      "/Library/LaunchDaemons/**",
    ],
  },
  {
    kind: "persist",
    means: "remote-login",
    globs: [
      "~/.ssh/authorized_keys*",
      "/root/.ssh/authorized_keys*",
      "~/.ssh/config",
      "~/.ssh/rc",
      "/etc/ssh/sshd_config",
      "/etc/ssh/sshd_config.d/**",
      "/etc/ssh/sshrc",
      "/etc/pam.d/**",
      "/etc/security/**",
      "/etc/pam.conf",
      "/home/*/.ssh/authorized_keys*",
      "/etc/ssh/ssh_config",
      "/etc/ssh/ssh_config.d/**",
      "~/.rhosts",
      "~/.shosts",
      "/etc/hosts.equiv",
      "/etc/shosts.equiv",
      "~/.k5login",
      "~/.forward",
      "~/.procmailrc",
      "/etc/aliases",
    ],
  },
  {
    kind: "privilege",
    means: "accounts",
    unlessDeleted: true,
    globs: [
      "/etc/passwd",
      "/etc/shadow",
      "/etc/group",
      "/etc/gshadow",
      "/etc/sudoers",
      "/etc/sudoers.d/**",
      "/etc/doas.conf",
      "/etc/sudo.conf",
      "/etc/polkit-1/**",
      "/usr/share/polkit-1/**",
      "/etc/ld.so.preload",
      "/etc/ld.so.conf",
      "/etc/ld.so.conf.d/**",
      "/etc/doas.d/**",
      "/etc/selinux/**",
      "/etc/apparmor*/**",
      "/etc/sysctl.conf",
      "/etc/sysctl.d/**",
      "/etc/subuid",
      "/etc/subgid",
    ],
  },
  {
    kind: "persist",
    means: "git-execution",
    globs: [
      "/**/.git/hooks/*",
      "/**/.git/config",
      "/**/.git/config.worktree",
      "/**/.git/info/attributes",
      "/**/.git/modules/**/hooks/*",
      "/**/.git/modules/**/config",
      "/**/.git/worktrees/*/config.worktree",
      "~/.gitconfig",
      "~/.config/git/config",
      "/etc/gitconfig",
    ],
  },
  // A file of that name says where the repository with its hooks lies.
  { kind: "persist", means: "git-execution", globs: ["/**/.git"], unlessDeleted: true },
  { kind: "persist", means: "directory-environment", globs: ["/**/.envrc"] },
];

/** Where git keeps what branches, tags and the head are: who writes there rewrites history without git. */
const REFERENCES = [
  "refs/**",
  "packed-refs",
  "HEAD",
  "ORIG_HEAD",
  "logs/**",
  "shallow",
  "info/grafts",
  "objects/info/alternates",
].map((path) => `/**/.git/${path}`);

/** Whether a change of `target` is one of a repository's history. */
export function touchesHistory(target: Target): boolean {
  return REFERENCES.some((glob) => mayTouch(target, glob));
}

/** What a change of `target` amounts to, besides the change itself. A tree is one whether or not it exists now. */
export function classifyChange(
  target: Target,
  session: SessionFacts,
  change: "write" | "delete",
): readonly Meaning[] {
  const known = classified.get(session) ?? new Map<string, readonly Meaning[]>();
  classified.set(session, known);
  // WHY remembered: a loop changes the same places in every round.
  const key = `${change}\0${JSON.stringify(target)}`;
  const found = known.get(key) ?? classify(target, session, change);
  if (known.size < CLASSIFIED_MAX) known.set(key, found);
  return found;
}

/** Changes of one call that are remembered. */
const CLASSIFIED_MAX = 4_096;

type Meaning = Pick<Place, "kind" | "means">;

/** Of one session's facts, which last no longer than a call. */
const classified = new WeakMap<SessionFacts, Map<string, readonly Meaning[]>>();

function classify(
  target: Target,
  session: SessionFacts,
  change: "write" | "delete",
): readonly Meaning[] {
  const found: Meaning[] = [];
  for (const place of PLACES) {
    if (change === "delete" && place.unlessDeleted === true) continue;
    if (place.madeUp === true && target.kind === "path" && target.reach === "tree") continue;
    // Deleting a directory of hooks starts nothing.
    const countsWhole = place.kind === "tamper" || change === "write";
    if (countsWhole && place.globs.some((glob) => holdsPlace(target, glob))) {
      found.push({ kind: place.kind, means: place.means });
      continue;
    }
    if (place.globs.some((glob) => mayTouch(target, anchored(glob, session))))
      found.push({ kind: place.kind, means: place.means });
  }
  if (touchesOwn(target, session) || touchesControl(target, session) || namesInstalled(target))
    found.push({ kind: "tamper", means: "sallyport" });
  if (touchesDecoy(target, session)) found.push({ kind: "tamper", means: "decoy" });
  return found;
}

/** Whether a read or change reaches a file that is only there to be left alone. */
export function touchesDecoy(target: Target, { decoys = [] }: SessionFacts): boolean {
  return decoys.some((path) => mayTouch(target, escapeGlob(path)));
}

/** Whether a read or change reaches sallyport's own keys, log or state. */
export function touchesOwn(target: Target, session: SessionFacts): boolean {
  return session.ownPaths.some(
    (path) => mayTouch(target, escapeGlob(path)) || mayTouch(target, `${escapeGlob(path)}/**`),
  );
}

/** Our package as it is installed in a project or for everybody, where the command of the client's hooks may lie. */
const INSTALLED = /\/node_modules\/(?:sallyport|\.bin\/sallyport)(?:\/|$)/;
/** The same in a pattern that is about it, and not about whatever is installed. */
const INSTALLED_PATTERN = /\/node_modules\/(?:\.bin\/)?(?=[^/]*sally|[^/]*port)[^/]*(?:\/|$)/;

/** WHY not whole trees of packages: everybody deletes and installs these, and what is installed anew is ours again. */
function namesInstalled(target: Target): boolean {
  if (target.kind === "path") return INSTALLED.test(target.path) || INSTALLED.test(target.real);
  return (
    target.kind === "pattern" &&
    INSTALLED_PATTERN.test(target.path) &&
    ["sallyport", ".bin/sallyport"].some((name) => mayTouch(target, `/**/node_modules/${name}`))
  );
}

function touchesControl(target: Target, { controlPaths = [] }: SessionFacts): boolean {
  return controlPaths.some((path) => mayTouch(target, escapeGlob(path)));
}

function anchored(glob: string, { home }: SessionFacts): string {
  if (!glob.startsWith("~/")) return glob;
  if (anchors.home !== home) anchors = { home, globs: new Map() };
  const known = anchors.globs.get(glob);
  if (known !== undefined) return known;
  const found = `${escapeGlob(home)}${glob.slice(1)}`;
  anchors.globs.set(glob, found);
  return found;
}

/** The globs of one home, put together once: every change is held against all of them. */
let anchors: { home: string; readonly globs: Map<string, string> } = { home: "", globs: new Map() };

function mayTouch(target: Target, glob: string): boolean {
  switch (target.kind) {
    case "path": {
      const test = compileGlob(glob, { ignoreCase: true });
      if (test(target.path) || (target.real !== target.path && test(target.real))) return true;
      return (
        target.reach === "tree" &&
        !isWide(glob) &&
        (globsIntersect(`${escapeGlob(target.path)}/**`, glob) ||
          (target.real !== target.path && globsIntersect(`${escapeGlob(target.real)}/**`, glob)))
      );
    }
    case "pattern":
      return !isWide(glob)
        ? globsIntersect(target.path, glob)
        : globsIntersect(target.path, glob) && !target.path.includes("**");
    case "unresolved":
      // Where it lands is not known at all: that is an effect of its own, judged as such.
      return false;
    default:
      return target satisfies never;
  }
}

/**
 * Whether `target` is a directory in which a place of any project lies (`.claude` for `/**\/.claude/settings.json`), taken
 * as a whole: deleted, renamed, or written as a tree. Patterns count when they speak of dot files.
 */
function holdsPlace(target: Target, glob: string): boolean {
  if (!isWide(glob) || target.kind === "unresolved") return false;
  const parts = glob.split("/").slice(2, -1);
  const holders = parts.map((_, at) => `/**/${parts.slice(0, at + 1).join("/")}`);
  if (target.kind === "path") {
    if (target.reach !== "tree") return false;
    return holders.some((holder) => {
      const test = compileGlob(holder, { ignoreCase: true });
      return test(target.path) || test(target.real);
    });
  }
  const tests = holders.map((holder) => compileGlob(holder, { ignoreCase: true }));
  if (tests.some((test) => test(globBase(target.path)))) return globsIntersect(target.path, glob);
  const isDotted = target.path.slice(target.path.lastIndexOf("/") + 1).startsWith(".");
  return (
    target.reach === "tree" &&
    isDotted &&
    !target.path.includes("**") &&
    holders.some((holder) => globsIntersect(target.path, holder))
  );
}

/** A glob that starts with `/**` meets every tree; a tree is not called tampering for what it might hold. */
function isWide(glob: string): boolean {
  return glob.startsWith("/**");
}
