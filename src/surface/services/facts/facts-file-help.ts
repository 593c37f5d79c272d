// The form of a file of facts in words, apart from what reads it: the help needs no schema.

/** The form of the file, for `--help`. */
export const FACTS_FILE_HELP = `FILE is JSON; every part may be left out:
  {"session": {"projectRoot": "/p", "home": "/home/u", "user": "u", "interactive": true, "ownPaths": []},
   "shell": {"dialect": "bash|zsh|unknown", "known": true, "functions": {"f": "{ ...; }"}, "aliases": {},
             "options": ["dotglob"], "variables": {"PATH": "/bin"}},
   "environment": {"variables": {"PAGER": "less"}, "withheld": ["HTTPS_PROXY"], "exact": true},
   "holds": {"quarantined": false, "reason": "..."},
   "writtenPaths": ["/p/a"],
   "answers": {"path:/p/a": {"kind": "path", "real": "/p/a", "type": "file", "links": 1},
               "glob::/p/*": {"kind": "glob", "paths": [], "links": [], "complete": true},
               "find:/p:[\\"/**/.env\\"]": {"kind": "find", "paths": [], "links": [], "complete": true},
               "text:/p/a": {"kind": "text", "text": "...", "complete": true},
               "lock:npm:/p/package-lock.json": {"kind": "lock", "lock": {"registries": [], "workspaces": []}},
               "program:x:[\\"/bin\\"]": {"kind": "program", "directory": "/bin"},
               "git:/p": {"kind": "git", "repository": {"root": "/p", "gitDirectory": "/p/.git", "branch": "main",
                 "upstream": {"remote": "origin", "branch": "main"}, "remotes": {}, "aliases": {},
                 "executes": {}, "hooks": [], "push": {}}}}}`;
