import { element } from './element.js';

const entities = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&#x27;': "'" };
const unescape = (text) => text.replace(/&(?:amp|lt|gt|quot|#39|#x27);/g, (entity) => entities[entity]);

/** A highlight (escaped text with `<mark>` around what matched) as nodes. */
export function marked(highlight) {
  return highlight.split(/(<mark>.*?<\/mark>)/s).map((part) => {
    const match = /^<mark>(.*)<\/mark>$/s.exec(part);
    return match ? element('mark', {}, unescape(match[1])) : unescape(part);
  });
}
