/** What a shell completes with: the commands, and the options of each. */
export interface CompletionTable {
  readonly commands: readonly {
    readonly name: string;
    readonly summary: string;
    readonly options: readonly { readonly flag: string; readonly about: string }[];
  }[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The script that a shell sources. It asks nobody: what it completes with stands in it. */
export const completionScripts: Readonly<Record<Shell, (table: CompletionTable) => string>> = {
  bash: ({ commands }) => `# mortise completion bash > ~/.local/share/bash-completion/completions/mortise
_mortise() {
  local word=\${COMP_WORDS[COMP_CWORD]} command='' index
  # COMP_WORDS has an address in pieces, since bash splits words at ":" and "=".
  local -a words
  read -ra words <<< "\${COMP_LINE:0:COMP_POINT-\${#word}}"
  for ((index = 1; index < \${#words[@]}; index++)); do
    case \${words[index]} in
      --store) ((index++)) ;;
      -*) ;;
      *) command=\${words[index]}; break ;;
    esac
  done
  local options=''
  case $command in
    '') COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$word")); return ;;
${commands.map(({ name, options }) => `    ${name}) options=${quoted(options.map(({ flag }) => flag).join(' '))} ;;`).join('\n')}
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); return; fi
  local IFS=$'\\n'
  COMPREPLY=($(compgen -f -- "$word"))
}
complete -o filenames -F _mortise mortise
`,
  zsh: ({ commands }) => `#compdef mortise
# mortise completion zsh > ~/.zfunc/_mortise   (with fpath+=~/.zfunc before compinit)
_mortise() {
  local -a commands options
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  local command='' index
  for (( index = 2; index < CURRENT; index++ )); do
    case $words[index] in
      --store) (( index++ )) ;;
      -*) ;;
      *) command=$words[index]; break ;;
    esac
  done
  case $command in
    '') _describe command commands; return ;;
${commands.map(({ name, options }) => `    ${name}) options=(${options.map(({ flag, about }) => quoted(`${flag}:${about}`)).join(' ')}) ;;`).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options; else _files; fi
}
if [ "$funcstack[1]" = _mortise ]; then _mortise "$@"; else compdef _mortise mortise; fi
`,
  fish: ({ commands }) => `# mortise completion fish > ~/.config/fish/completions/mortise.fish
complete -c mortise -e
function __mortise_command
  set -l words (commandline -opc)
  set -e words[1]
  while set -q words[1]
    switch $words[1]
      case --store
        set -e words[1]
      case '-*'
      case '*'
        echo $words[1]
        return
    end
    set -e words[1]
  end
end
function __mortise_at
  set -l command (__mortise_command)
  test "$command" = "$argv[1]"
end
${commands
  .map(({ name, summary }) => `complete -c mortise -n __mortise_at -f -a ${name} -d ${fishQuoted(summary)}`)
  .join('\n')}
${commands
  .flatMap(({ name, options }) =>
    options.map(
      ({ flag, about }) =>
        `complete -c mortise -n '__mortise_at ${name}' -l ${flag.replace(/^--/, '')} -d ${fishQuoted(about)}`,
    ),
  )
  .join('\n')}
`,
};

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
