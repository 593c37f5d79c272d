// Words that bash or zsh answers to without looking for a program: reserved words and builtins, those of zsh's modules too.

const RESERVED =
  "! [[ ]] { } case coproc do done elif else end esac fi for foreach function if in nocorrect repeat select then time until while";
const OF_BASH =
  ". : [ alias bg bind break builtin caller cd command compgen complete compopt continue declare dirs disown echo enable eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait";
const OF_ZSH =
  "- autoload bindkey bye chdir compadd comparguments compcall compctl compdescribe compfiles compgroups compquote compset comptags comptry compvalues disable echotc echoti emulate float functions getln integer limit log noglob print private pushln r rehash sched setopt ttyctl unfunction unhash unlimit unsetopt vared whence where which zcompile zformat zle zmodload zparseopts zregexparse zstyle";
const OF_ZSH_MODULES =
  "cap clone example getcap mkdir mv nameref pcre_compile pcre_match pcre_study rm rmdir setcap stat strftime syserror sysopen sysread sysseek syswrite chgrp chmod chown ln sync zcurses zdelattr zf_chgrp zf_chmod zf_chown zf_ln zf_mkdir zf_mv zf_rm zf_rmdir zf_sync zftp zgdbmpath zgetattr zlistattr zprof zpty zselect zsetattr zsocket zstat zsystem ztcp ztie zuntie";

const WORDS: ReadonlySet<string> = new Set(
  [RESERVED, OF_BASH, OF_ZSH, OF_ZSH_MODULES].flatMap((list) => list.split(" ")),
);

const ZSH_ALONE: ReadonlySet<string> = new Set(OF_ZSH.split(" "));

/** Whether zsh has a builtin of this name and bash has none. */
export function isOfZshAlone(name: string): boolean {
  return ZSH_ALONE.has(name);
}

/** Whether one of the shells may run something of its own under this name, program or not. */
export function isShellWord(name: string): boolean {
  return WORDS.has(name);
}
