// More of what the generated programs try, by construct: forms that people meet seldom. Places are filled as in shell-constructs.ts.

type Constructs = Readonly<Record<string, readonly string[]>>;

const r = String.raw;

/** Both shells read these, not always alike. */
export const SHARED_FORMS: Constructs = {
  falling_cases: [
    'case §V in a*) args one;& b) args two;; *) args three;; esac; args "$p"',
    'p=§V; case $p in §P) args m "$p";& §P) args n; q=§V;; *) args o;& nosuch) args last; esac; args "$q"',
    'for x in a b 1; do case $x in [a-z]) p+=$x;& a) p+=2;; *) p=;; esac; args "$p"; done',
    "case §W in (§P|§P) args or;; ('*'|\"$q\") args lit;; \\*) args star;; ?) args one;; (*) args any; esac",
    'f() { case $1 in -v) args v; shift; f "$@";; --) shift;& *) args rest "$@"; esac; }; f -v -- §V',
  ],
  inner_heredocs: [
    'args "$(cat << A\n$p $(cat << B\ninner $q §V\nB\n)\nA\n)"\nargs z',
    'read -r p << E\n$(args in; echo §V)\nE\nargs "$p"',
    "while read -r x; do args \"$x\"; done << A\n$(cat << 'B'\n$p $(args no)\nB\n)\nlast §V\nA\nargs z",
    'p=$(cat <<- E\n\t$q\n\t\tx §V\n\tE\n)\nargs "$p" $p',
    'cat << A > w/a; cat << \'B\' > w/b\none $p\nA\ntwo $p\nB\nargs "$(cat w/a)" "$(cat w/b)"',
    'f() {\nread -r p << E\n$1 \\$1 \\\\ \\x "q"\nE\nargs "$p"\n}\nf §V\nargs z',
    '{ read -r p; read -r q <&3; } << A 3<< B\na §V\nA\nb ${p:-x}\nB\nargs "$p" "$q"',
    'eval "args \\"\\$(cat << E\n\\$p §V\nE\n)\\""\nargs z',
  ],
  dollar_quotes: [
    r`args $'\t\n' $'\e[0m' $'\a\b\f\v' $'\\\'\"' $'\?' $'\q' $'\\q' $'a\x4G'`,
    r`args $'\u41' $'\u00e9' $'\U1F600' $'\101' $'\1011' $'\cb' $'\cB' $'\e' $'\E' x$'\n'y`,
    r`args "$'a'" '$'a' $'' x$''y`,
    r`p=$'§V'; args "$p"; args $'\x61\x2a' \$'x' $'*' $'~' $'{a,b}' $'$p' $'a b'`,
    r`case $'\x61' in $'a') args y;; esac; r=($'a b' $'c\td'); args "$r" "${"${r[@]}"}"; echo $'x\ty' | { read -r p; args "$p"; }`,
  ],
  side_effects: [
    "i=§I; args $((i++)) $((i++)) $i $((--i)) $i",
    'r=(a b c d); i=1; args "${r[i++]}" "${r[i++]}" $i',
    "i=1; p=abcdef; args ${p:i++:2} $i ${p:$((i++)):1} $i",
    "i=0; while ((i++ < 2)); do args $i; done; args $i",
    "i=5; args $((i+=2, i*2)) $i $((j = i, j+1)) $j",
    "i=0; args $(args $((i++)); echo $i) $i; (args $((++i))); args $i",
    "i=0; q=$((i++)) args $i; args $i $q; p=$((i+=2))$((i*=3)); args $p $i",
    'i=0; r[i++]=§V; r[i++]=x; args $i "${r[@]}"; args "${r[1]}"',
    "i=1; [[ $((i++)) -eq 1 ]] && args y $i; ((i > 5 && (i=9))); args $i; ((i < 5 || (i=9))); args $i; case $((i++)) in 2) args two $i;; *) args no $i; esac",
    "for ((i=0,j=4; i<j; i++,j--)); do args $i $j; done; for ((;;)); do args once; break; done; args $i",
  ],
  menus: [
    'select x in §V §V; do args "$x" "$REPLY"; break; done <<< 1; args "$x"',
    "PS3='? '; select x in a 'b c' §W; do args \"$x\"; done <<< $'2\\n1\\n9\\n'; args \"x$x\"",
    "set -- a 'b c'; select x; do args \"$x\"; break; done <<< 2; select y in; do args no; done <<< 1; args $y",
  ],
  trap_functions: [
    't() { args trap "$p"; }; p=§V; trap t EXIT; p=x; args mid',
    "trap 'args \"$p\"' EXIT; p=§V; exit; args never",
    "(trap 'args in $p' EXIT; p=§V); args out $p; x=$(trap 'echo $p' EXIT; p=§V); args \"$x\"",
    'f() { trap "args f $p" EXIT; p=1; }; p=§V; f; args z',
    "trap 'args first' EXIT; trap 'args second \"$1\"' EXIT; set -- §V; trap '' INT; trap - INT; { args a; exit 3; }",
    "trap 'args e $?' EXIT; false; (exit 4); args \"$(trap)\" > /dev/null; trap - EXIT",
  ],
  empty_parts: [
    'args ${p/#/§R} ${p/%/§R} ${p//} ${p/} "${p:+}" ${p+} x${p:-}y',
    'r=(a \'b c\' \'\'); args "${r[@]/#/-x}" "${r[@]/%/.js}" ${r[@]/#/§R} "${r[*]/#/,}"',
    'set -- a \'\' \'b c\'; args "${@/#/-}" "${@/%/!}" ${@#} "${*%}"; set --; args "$@" "$*" $@ ${@} "x$@" "${@:-e}" ${1-u}',
    'p=§V; args ${p#} "${p%}" ${p#\'\'} "${p%%""}" ${p##"$nosuch"} ${p/\'\'/x} "${p//""/x}"',
  ],
  nearly_negative: [
    'p=abcdefg; args ${p: -3:2} ${p: -3:-1} ${p: -20} ${p: -1:1} "${p:2:-3}" ${p:7} "${p:9}" ${p:(-4):2}',
    'set -- a \'b c\' d e; args "${@: -2:1}" "${@: -3}" "${@:2:2}" ${@:5} "${@:4:9}" "${*: -2}" "${@: -9}"',
    'r=(a \'b c\' d e); args "${r[@]: -2:1}" "${r[@]:1:2}" "${r[@]: -9}" "${r[@]:4}" ${r[@]:(-1)} "${r[*]: -2}"',
    'p=§V; args "${p: -2}" "${p: §J:§I}" ${p:§I:-1} "${p:1:1}"; i=-2; args "${p:$i}" "${p: i}" "${p:i+1}"',
    'p=aéb日c; args ${p:1} ${p:1:2} ${p: -2} ${#p} ${p%b*} ${p#*é} ${p/é/e} ${p//[éx]/_} ${p#??} "${p%?}"',
  ],
  odd_names: [
    'a-b() { args dash "$@"; }; a-b §V; a.b() { args dot; }; a.b; x:y() { args colon; }; x:y; _() { args under "$1"; }; _ §V',
    "eval 'p=§V; eval \"args \\\"\\$p\\\"\"'; eval \"p=\\$q\"; args \"$p\"; eval args '\"$p\"' \\$q; eval 'args a' 'b;' 'args c'",
    "time args t; ! args n; { args g; } 2>&1; if args i; then :; fi; until args u; do :; done; (args s) && args y",
    'f() { g() { args inner "$1"; }; args outer; }; f; g §V; unset -f g; g x; args z',
    "p=args; $p §W; \"$p\" a; ${p}x b; \\args c; 'args' d; a''rgs e; $(echo args) f §V; p='args g'; $p",
  ],
  formats: [
    "args \"$(printf '%*d|%-*s|%.*s' 5 3 4 a 2 abc)\" \"$(printf '%c%c' ab cd)\" \"$(printf '%i %u' 7 8)\"",
    'args "$(printf \'%d\' "\'a")" "$(printf \'%+d % d %#x %#o\' 5 5 255 8)" "$(printf \'%5.1f|%e|%g\' 2.25 1000 0.5)"',
    "args \"$(printf '%s' )\" \"$(printf '%s|' a '' 'b c')\" \"$(printf '%s %s\\n' a b c)\" \"$(printf 'x%%y%c' z)\"",
    "args \"$(printf '%q' §V)\" \"$(printf '%b' '§V')\" \"$(printf -- '%s' -- §V)\" \"$(printf '%10.3s|' abcdef)\"",
    "eval \"args $(printf '%q ' §V 'a b' \\* '')\"; p=$(printf '%q' §V); eval \"args $p\"; args \"$(printf '%s\\0x' a | tr '\\0' ,)\"",
  ],
};

/** Only bash reads these, or they mean something else in zsh. */
export const BASH_FORMS: Constructs = {
  testing_cases: [
    "case §V in a*) args one;;& *b) args two;;& .*) args dot;; *) args rest; esac",
    'p=§V; case $p in §P) p=x;;& §P) args "$p";; *) args o;;& x) args changed; esac; args "$p"',
    "for x in ab b .env; do case $x in a*) args a $x;;& *b) args b $x;& c) args c;;& *) args end; esac; done",
  ],
  regex_matches: [
    '[[ §V =~ ^(a)(.*)$ ]] && args "${BASH_REMATCH[@]}" "${BASH_REMATCH[1]}"; args ${#BASH_REMATCH[@]}',
    'p=§V; [[ $p =~ ([a-z]+)[.:]?([a-z]*) ]] && args "${BASH_REMATCH[0]}" "${BASH_REMATCH[2]}"; args ${BASH_REMATCH[1]-none}',
    'q=\'^a(.)\'; [[ abc =~ $q ]] && args "${BASH_REMATCH[1]}"; [[ \'a.c\' =~ a\\.(c) ]] && args ${BASH_REMATCH[1]}; [[ $p =~ "$q" ]] && args lit; [[ a =~ b ]]; args "${BASH_REMATCH[*]}" x',
    'p=file-12.tar.gz; if [[ $p =~ ^([a-z]+)-([0-9]+)\\.(.*)$ ]]; then args ${BASH_REMATCH[@]:1} "${BASH_REMATCH[3]%.gz}" $((BASH_REMATCH[2]+1)); fi',
    'while [[ $p =~ ^(.)(.*)$ ]]; do args "${BASH_REMATCH[1]}"; p=${BASH_REMATCH[2]}; done; args "x$p"',
  ],
  holes_in_arrays: [
    'r=([3]=a [1]=§V); r[7]=z; args "${r[@]}" "${!r[@]}" ${#r[@]} "${r[@]:2}" "${r[@]: -2:1}" "${r[-1]}" "${r[-5]}"',
    'r=(a b c); unset \'r[0]\' \'r[-1]\'; args "${r[@]}" ${#r[@]} "${!r[@]}" "${r[0]-none}"; r+=(z); args "${!r[@]}"',
    'r=(a b); r+=([5]=x y [0]=q); args "${r[@]}" "${!r[@]}"; r=([5]="${r[0]}" c); args "${!r[@]}" "${r[6]}"',
    'i=2; r[i]=§V r[i+1]=x; args "${r[@]}" "${r[$((i+1))]}"; r[i]+=y; args "${r[i]}"; for i in "${!r[@]}"; do args $i "${r[i]}"; done',
    'declare -a r=([2]=§V [0]=b); args "${r[@]}"; unset r; r[1]=x; args ${#r[@]} "${r[0]:-e}" "${r:-f}" ${r[@]+set}; set -- "${r[@]}"; args $#',
  ],
  odd_keys: [
    'declare -A m; k=§V; m[$k]=x; args "${m[$k]}" "${!m[@]}" "${m[@]@Q}"',
    "declare -A m; m['a]b']=1; m[\"a b\"]=2; m['*']=3; m[a.b]=4; args \"${m['a]b']}\" \"${m[a b]}\" \"${m['*']}\" ${m[a.b]} ${#m[@]}",
    'declare -A m=(["a b"]=§V [$q]=2 [\'$p\']=3); args "${m[a b]}" "${m[\'$p\']}" "${m[\\$p]}"; unset \'m[a b]\'; args ${#m[@]}; k=\'a b\'; m[$k]+=x; args "${m[$k]}" "${m["a b"]}"',
    'declare -A m; m[0]=z; args $m ${m[0]} "${m[00]-none}"; m[1+1]=t; args ${m[2]-no} ${m[1+1]}; ((m[i]++)); args "${m[i]}"; m+=([x]=1 [y]=2); args ${#m[@]} ${m[y]}',
    'declare -A m=([a]=1 [b]=2); [[ -v m[a] ]] && args has; [[ -v m[z] ]] || args hasnot; args "${m[a]+set}" "${m[z]+set}"; for k in a z; do args "${m[$k]:-none}"; done; declare -A n=([c]="${m[a]}"); args "${n[c]}"',
  ],
  extended_with_fields: [
    'shopt -s extglob\nIFS=:; p=a:b:ab; args ${p//+([ab])/x} ${p%%:*(b)} "${p##+(a|:)}" $p',
    'shopt -s extglob\np=\'  a b  \'; args "${p##*( )}" "${p%%*( )}" "${p//+( )/_}"; p=§V; args "${p/?(a)b/x}" "${p//!(a)/x}" "${p/@(§P|x)/y}"',
    'shopt -s extglob\nr=(a ab b.c); args "${r[@]%%?(b)}" "${r[@]/+([a-b])/z}"; case §V in +([0-9])) args num;; !(*.*)) args nodot;; *) args other; esac',
    "shopt -s extglob nullglob\nIFS=,; args *(a|b) +(?).txt !(*) @(sub|w)/; [[ aab == +(a)b ]] && args m; p='+(a)'; args aa* $p \"$p\"; [[ aa == $p ]] && args v",
  ],
  more_transforms: [
    'declare -A m=([k]=§V); args "${m[@]@K}" "${m[@]@k}" "${m[k]@Q}"; r=(a §V); args "${r[@]@k}" "${r[1]@A}"',
    'p=§V; eval "$(declare -p p)"; args "$p"; x=${p@A}; eval "$x"; args "$p"; args "${p@a}" "${nosuch@Q}" "${p@U}${p@L}"; declare -ux u=a; args "${u@a}" "${u@A}"',
    'p=é; args ${p^} ${p^^} ${p@U} "${p@u}"; p=éß日; args ${p^^} ${p^?} ${p^[é]} ${p^/*} ${p,,} ${p~}; p=\'aB cD\'; args "${p~~}" "${p^^[a-c]}" "${p,}"',
    'p=\'\\t\\x41\\u00e9\\\\\'; args "${p@E}" "${p@Q}"; set -- a \'b c\'; args "${@@Q}" "${*@Q}" "${@@A}" ${@@U}',
  ],
  more_reading: [
    'IFS=: read -r p q r <<< \'a::b:c\'; args "$p" "$q" "$r"; IFS=: read -ra r <<< \':a::\'; args "${r[@]}" ${#r[@]}; read -r -d \'\' p <<< $\'a\\nb\'; args "$p"',
    'while IFS=, read -r p q; do args "$p" "$q"; done < data.csv; while read -r -d \' \' x; do args "$x"; done <<< \'a b c\'; args "$x"',
    'mapfile -t r < lines.txt; args "${r[@]}" "${r[-1]}" ${#r[@]}; mapfile -t -n 2 -s 1 r < lines.txt; args "${r[@]}"; printf \'a\\0b\\0\' | { mapfile -d \'\' -t r; args "${r[@]}"; }',
    "f() { local -; set -f; local IFS=,; args * $1; }; p='a,b *'; f \"$p\"; args a* $p; f x",
    'OPTIND=1; set -- -a §V -b rest; while getopts \':a:b\' o; do args "$o" "$OPTARG" $OPTIND; done; shift $((OPTIND-1)); args "$@"; getopts x o -x; args $o',
  ],
  steps: [
    "args {a..z..5} {1..10..-3} {-3..3..2} {05..10..2} {z..a..-4} {1..3..0} {a..C} {1..-1}",
    "args {1..3}{a..b} {{1..2},x} {1..2}{,.bak} a{1..3..2}b {01..3} {1..003} {a..a} {5..5}",
    "args {1..2..3..4} {a..b..c} {1..} {..3} {1...3} {a..10} {1..1e1} {'1'..3} {1..\"3\"} {\\1..3}",
    "i=3; eval args {1..$i}; args {$i..5} {1..$((i))} x{$p,b}{1..2}y; for x in {3..1} {a..e..2}; do args $x; done",
  ],
};

/** Only zsh reads these, or they mean something else in bash. */
export const ZSH_FORMS: Constructs = {
  zsh_qualifiers: [
    "setopt bare_glob_qual; args *(.) *(/N) *(.D) *(^/) *(.:t) **/*(.N:h)",
    "setopt bare_glob_qual; args *(om[1]) *(On[1,2]) *(on) *(.L0) *(-.) sub/*(:r) *(N[1]) *(#q.)",
    "setopt bare_glob_qual; args a*(N.e:'args inq $REPLY; true':) *(.N:s/a/b/) *(/:A) *(N+nosuchfunction) sub/*(D)",
    "setopt extended_glob bare_glob_qual; args (#i)C.TXT (#i)A* *.(#i)txt (#a1)ac *(#q/N) (a|b)(N) ^*.*(.) *~(a|b)(.N)",
    "args *(.) (a|b) *(N); setopt bare_glob_qual; p='*(.)'; args ${~p} $p; args nosuch*(N) z; args \"a\"*(N) [ab](.)",
  ],
  zsh_nested: [
    'p=§V; args ${${p#a}%b} "${${p:-x}/a/b}" ${(U)${p#?}} ${${(s.:.)p}[1]} "${${p}}"',
    'p=a,b,c; args ${(j:-:)${(s:,:)p}} ${${(s:,:)p}[2]} ${#${(s:,:)p}} "${(j:-:)${(s:,:)p}}" ${(s:,:)p}x "${(@s:,:)p}" ${(s:,:)${p}} ${(s:,:):-a,b}',
    "r=(a 'b c' ab); args ${${r#a}:-e} ${(M)${r}:#a*} ${${r}[2]} \"${${r}[2]}\" ${(j:+:)r#a} ${${(@)r}[-1]} ${(F)${r/a/x}}",
    'args ${:-§V} "${:-§O}" ${${:-§V}#a} ${(s:,:):-a,b} ${(P):-p} ${${$(echo a b)}[1]} ${$(echo a b)} "${$(echo a b)}" ${(f)"$(cat lines.txt)"}',
  ],
  zsh_more_flags: [
    'p=§V; args ${(qqq)p} ${(q-)p} "${(q+)p}" ${(V)p} ${(b)p} "${(qqqq)p}" ${(Q)${(q)p}}',
    "p=abcabc; args ${(S)p#*b} ${(S)p##*b} ${(SM)p##b*} ${(M)p#a?} ${(M)p%%b*} ${(I:2:)p/a/x} ${(B)p#a} ${(N)p#a} ${(E)p%c} ${(R)p%c}",
    'p=7; args ${(l:3::0:)p} ${(l:3:)p} "${(r:3::-:)p}" ${(l:2::ab:)p} ${(l:5::x::y:)p}; p=abcdef; args ${(l:3:)p} ${(r:3:)p} ${(r:8::.:)p}x',
    'p=\'a b  c\'; args ${(w)#p} ${p[(w)2]} ${(z)p} "${(z)p}" ${(Q)${(z)p}} ${(s: :)p} "${(@s: :)p}" ${(ps:\\x20:)p} ${=p}',
    "r=(b10 a 'c d' B b9 a); args ${(n)r} ${(i)r} ${(o)r} ${(O)r} ${(Oa)r} ${(u)r} ${(on)r} ${(oi)r} \"${(@o)r}\" ${(ou)r}",
    "r=(a ab b); args ${r[(r)a*]} ${r[(R)a*]} ${r[(i)b]} ${r[(I)a*]} ${r[(i)zz]} ${r[(r)zz]}x ${r[(re)a]} $r[(i)b] ${+r[2]} ${+r[9]} ${r[(b:2:i)a*]}",
    "p=hello; args ${p[(i)l]} ${p[(I)l]} ${p[(r)l]} ${p[(r)l,-1]} ${p[1,(r)l]} ${p[2]} ${p[-2,-1]} ${p[9]}x ${p[0]}x",
    "typeset -A m; m=(k §V l x); args ${(k)m[(r)x]} ${m[(r)x]} ${m[(I)k*]} ${m[(i)l]} ${(v)m[(I)l]} ${(kv)m[(I)l]} ${m[(k)l]} ${#m} ${(t)m} ${+m[k]} ${+m[z]}",
    'p=q q=§V; args ${(P)p} ${(P)${p}} "${(P)p}x" ${(P)p#a} ${(PU)p}; r=(x y); p=r; args ${(P)p} "${(@P)p}" ${(P)p[2]} ${${(P)p}[2]}',
    'p=$\'a\\nb c\\n\\nd\'; args ${(f)p} "${(f)p}" "${(@f)p}" ${(0)p} ${(ps:\\n:)p} ${#${(f)p}}; args ${(F)${(f)p}} "${(j:,:)${(f)p}}" ${(#)r}',
  ],
  zsh_sets: [
    'r=(a b c) q=(b d); args ${r:|q} ${r:*q} ${r:^q} ${r:^^q} "${(@)r:|q}" ${r:#b} "${(@)r:#b}" ${(M)r:#[ab]}',
    'r=(a \'b c\' d); args ${r:1:2} ${r:1} ${r: -1} "${r[@]:0:1}" ${r[2,-1]} ${r[-2]} "${r[2,3]}" ${r[3,2]}x ${r[5]}x "${r[5]}" ${r[0]}x',
    'r=(a b c d); r[2,3]=(x y z); args $r; r[2,3]=(); args $r; r[1]=(p q); args $r; r[-1]=last; args $r; r[2]=; args "${r[@]}" $#r; r[8]=e; args "${(@)r}"',
    "r=(a 'b c'); args x${^r}y ${^r}.txt ${r}x x$r ${^r}${^r} \"x${^r}y\" ${^^r}z $^r.js; setopt rc_expand_param; args x${r}y x${^^r}y",
    'typeset -A m; m[a b]=1; m[$p]=2; m[x]=§V; args "${m[a b]}" "${m[$p]}" ${(o)${(k)m}} ${#m}; unset \'m[x]\'; args ${m[x]-none}; m+=(z 1); args $m[z]; for k v in ${(kv)m}; do args "${k:+k}"; done',
    'r=(a b); r+=(c); r+=d; args $r; r=($r[@] \'e f\'); args $r; r=("$r[@]"); args $#r; r=(${r#a}); args $#r; r=(x ${(@)nosuch} "" y); args $#r "${r[@]}"; shift 2 r; args "$r[@]"',
  ],
  zsh_back_references: [
    'setopt extended_glob; p=§V; args ${p/(#b)(a)(*)/$match[2]} ${p//(#m)[a-z]/<$MATCH>} "$match" ${p/(#s)a/x} ${p/b(#e)/y}',
    "setopt extended_glob; [[ file-12.txt == (#b)([a-z]##)-(<->).(*) ]] && args $match $mbegin $mend; [[ ABC == (#i)abc ]] && args ci; p=aab; args ${p##a#} ${p/a##/x} ${p//a(#c1)/y}",
    "setopt extended_glob; case a12 in (#b)(a)(<->)) args $match[2];; esac; p=abc; args ${p#(#b)(a)} $match[1] ${p:s/b/x/} ${p:gs/b/y} ${(M)p#(a|b)} ${p%%[^a]##}",
  ],
  zsh_falling_cases: [
    "case §V in (a*) args one;| (*b) args two;| (.*) args dot;; (*) args rest;; esac",
    'p=§V; case $p in (§P) p=x;| (§P) args "$p";& (nosuch) args fell;; (*) args other;; esac; args "$p"',
    "for x in ab b .env; do case $x in a*) args a $x;| *b) args b $x;& c) args c;| *) args end; esac; done",
  ],
  zsh_more_reading: [
    "read -d : p <<< a:b; args $p; read -A r <<< 'a b  c'; args $#r $r; read -r p q <<< 'a b c'; args \"$p\" \"$q\"; IFS=: read -rA r <<< 'a::b'; args \"${r[@]}\" $#r; read -u 3 p 3<<< x; args $p",
    "set -- -a 1 -b rest; zparseopts -D a:=x b=y; args $x $y \"$@\"; set -- -v file; while getopts 'v' o; do args $o; done; shift $((OPTIND-1)); args $@",
    "functions[f]='args fn \"$@\"'; f §V; aliases[aa]='args al'; eval 'aa x'; f2() { local -a l; l=(a 'b c'); local -A h; h=(k v); args $l $h[k]; }; f2; args $l",
    "args $((1/3.)) $((1e3)) $((1.5+1)) $((3.0)) $(([#8]9)) $(([##16]255)) $((1_0+1)) $((7 % 4.5)) $((2**-1)); float f=1; args $f; integer i=7/2; args $i; args $((i/2.0))",
    'print -f \'%s-%s\\n\' a b | read p; args $p; args "$(print -C 2 a b c d)" "$(print -rl -- \'a b\' c)" "$(print -aC 2 a b c)" "$(print -N a b | tr \'\\0\' ,)" "$(print -D $HOME/x)" "$(print -m \'a*\' ab b ac)" "$(print -o c a b)"',
  ],
};
