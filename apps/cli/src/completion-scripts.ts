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
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in
      --store) ((index++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[index]}; break ;;
    esac
  done
  local options=''
  case $command in
    '') COMPREPLY=($(compgen -W ${quoted(commands.map(({ name }) => name).join(' '))} -- "$word")); return ;;
${commands.map(({ name, options }) => `    ${name}) options=${quoted(options.map(({ flag }) => flag).join(' '))} ;;`).join('\n')}
  esac
  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$options" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
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
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[2] in
${commands.map(({ name, options }) => `    ${name}) options=(${options.map(({ flag, about }) => quoted(`${flag}:${about}`)).join(' ')}) ;;`).join('\n')}
  esac
  if [[ $PREFIX == -* ]]; then _describe option options; else _files; fi
}
if [ "$funcstack[1]" = _mortise ]; then _mortise "$@"; else compdef _mortise mortise; fi
`,
  fish: ({ commands }) => `# mortise completion fish > ~/.config/fish/completions/mortise.fish
complete -c mortise -e
${commands
  .map(
    ({ name, summary }) =>
      `complete -c mortise -n __fish_use_subcommand -f -a ${name} -d ${fishQuoted(summary)}`,
  )
  .join('\n')}
${commands
  .flatMap(({ name, options }) =>
    options.map(
      ({ flag, about }) =>
        `complete -c mortise -n '__fish_seen_subcommand_from ${name}' -l ${flag.replace(/^--/, '')} -d ${fishQuoted(about)}`,
    ),
  )
  .join('\n')}
`,
};

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
