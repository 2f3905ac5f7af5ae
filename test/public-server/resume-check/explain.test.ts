import { expect } from 'chai';
import { sentences } from '../../../public-server/resume-check/sentences';
import { checkContent } from '../../fixtures/check-file';
import { byContent, byName } from '../../fixtures/other-kinds';

describe('checkResume on files of other kinds', () => {
  for (const [what, name, content, key] of [...byContent, ...byName]) {
    it(`says what to do with ${what}`, async () => {
      expect(await checkContent(content, name)).to.equal(sentences[key]);
    });
  }

  for (const [what, , content, key] of byContent) {
    it(`recognises ${what} without its name`, async () => {
      expect(await checkContent(content, 'resume')).to.equal(sentences[key]);
    });
  }

  it('keeps to two short sentences', () => {
    for (const sentence of Object.values(sentences)) {
      expect(sentence.split(/[.!?](?: |$)/).filter(Boolean), sentence).to.have.length.at.most(2);
      expect(sentence).to.have.length.below(120);
    }
  });

  it('names no other kind where the name or the content is ours', async () => {
    expect(await checkContent('%PDF-1.4', 'photo.jpg')).to.equal('pdf');
    expect(await checkContent('{\\rtf1 Jane}', 'cv.pages')).to.equal('rtf');
    expect(await checkContent('Subject: Jane\nCook', 'cv.txt')).to.equal('txt');
    expect(await checkContent('Jane Example, cook', 'cv')).to.equal('txt');
    expect(await checkContent('x\0', 'cv')).to.equal(sentences.unknown);
    expect(await checkContent('PK\x03\x04broken', 'cv.docx')).to.equal(sentences.damaged);
  });
});
