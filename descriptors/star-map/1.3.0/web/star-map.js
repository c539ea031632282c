import { stars } from './stars.js';

const radians = Math.PI / 180;

/** Where a star stands: its height above the horizon and its direction, both in radians. */
export function position([, ascension, declination], latitude, siderealHour) {
  const angle = (siderealHour - ascension) * 15 * radians;
  const [d, l] = [declination * radians, latitude * radians];
  const height = Math.asin(Math.sin(d) * Math.sin(l) + Math.cos(d) * Math.cos(l) * Math.cos(angle));
  const direction = Math.atan2(
    -Math.sin(angle) * Math.cos(d),
    Math.sin(d) * Math.cos(l) - Math.cos(d) * Math.cos(angle) * Math.sin(l),
  );
  return { height, direction };
}

/** `<star-map latitude="48.1" hour="22">` */
export class StarMap extends HTMLElement {
  static observedAttributes = ['latitude', 'hour'];

  connectedCallback() {
    this.canvas ??= this.appendChild(
      Object.assign(document.createElement('canvas'), { width: 480, height: 480 }),
    );
    this.draw();
  }

  attributeChangedCallback() {
    if (this.canvas) this.draw();
  }

  draw() {
    const pen = this.canvas.getContext('2d');
    pen.fillStyle = '#101838';
    pen.fillRect(0, 0, 480, 480);
    pen.fillStyle = '#ffe9a8';
    for (const star of stars) {
      const { height, direction } = position(
        star,
        Number(this.getAttribute('latitude') ?? 48),
        Number(this.getAttribute('hour') ?? 22),
      );
      if (height < 0) continue;
      const distance = 220 * (1 - height / (Math.PI / 2));
      const [x, y] = [240 - distance * Math.sin(direction), 240 - distance * Math.cos(direction)];
      pen.beginPath();
      pen.arc(x, y, Math.max(1, 4 - star[3]), 0, 2 * Math.PI);
      pen.fill();
      pen.fillText(star[0], x + 6, y + 3);
    }
  }
}
