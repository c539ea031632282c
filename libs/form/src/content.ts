import type { FormComplaint } from './form-complaint.js';

/**
 * What may not stand in a text of a form. Hosts show these texts beside their own controls: markup, foreign
 * images, script addresses and template expressions never get that far.
 */
export function contentComplaint(text: string, markdown: boolean): FormComplaint | undefined {
  if (/\{\{|\$\{|\{%|<%/.test(text)) {
    return {
      code: 'template-expression',
      message:
        "Texts of a form aren't templates; write the text itself, without {{ }}, ${ }, {% %} or <% %>.",
    };
  }
  return markdown ? markdownComplaint(text) : undefined;
}

function markdownComplaint(text: string): FormComplaint | undefined {
  const prose = withoutCode(text);
  if (/<\/?[a-z][a-z0-9-]*(?:[\s/>]|$)|<!--|<!\[|<\?/i.test(prose)) {
    return {
      code: 'html-not-allowed',
      message: 'Markdown in a form has no HTML; write it in Markdown, or the sign as &lt;.',
    };
  }
  if (/!\[/.test(prose)) {
    return {
      code: 'image-not-allowed',
      message: 'Markdown in a form has no images; describe it, or link to a page.',
    };
  }
  if (
    /(?:javascript|vbscript|data|file|blob)\s*(?::|&colon;|&#0*58;|&#x0*3a;)/i.test(
      prose.replace(/[\t\n\r]/g, ''),
    )
  ) {
    return {
      code: 'link-not-allowed',
      message: 'Links in a form go to http, https or mailto addresses only.',
    };
  }
  return undefined;
}

/** Code is shown as it stands, whatever it holds. Fences and spans are taken out in one pass each. */
function withoutCode(text: string): string {
  const lines = text.split('\n');
  const kept: string[] = [];
  let fence = '';
  for (const line of lines) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === '' && mark !== undefined) fence = mark;
    else if (fence !== '' && mark?.startsWith(fence)) fence = '';
    else if (fence === '') kept.push(line.replace(/`[^`]*`/g, ''));
  }
  return kept.join('\n');
}
