/** Types that pages share with Node.js name it. A page has none, and nothing that pages import may make one. */
interface Buffer extends Uint8Array {}
