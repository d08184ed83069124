// Forms that need a passkey: the browser is asked for it before the form is sent, and what it answers goes along.
(function () {
  'use strict';

  function tell(form, text) {
    const error = form.querySelector('[data-passkey-error]');
    error.hidden = !text;
    error.querySelector('span').textContent = text;
  }

  // What the portal asks of the authenticator; it has checked the form first.
  async function optionsOf(form) {
    const answer = await fetch(form.dataset.options, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
    const text = await answer.text();
    if (!answer.ok) {
      throw Object.assign(new Error(text), { told: true });
    }

    return JSON.parse(text);
  }

  async function answerOf(form) {
    if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) {
      throw new Error('unknown');
    }

    const options = await optionsOf(form);
    const credential = form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(credential);
  }

  document.addEventListener('submit', async event => {
    const form = event.target;
    const field = form.querySelector('[data-passkey-answer]');
    if (!form.dataset.passkey || field.value) {
      return;
    }

    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    button?.setAttribute('disabled', '');
    tell(form, '');
    try {
      field.value = await answerOf(form);
      HTMLFormElement.prototype.submit.call(form);
    } catch (error) {
      tell(form, error.told ? error.message : error.name === 'NotAllowedError' ? form.dataset.cancelled : form.dataset.impossible);
      button?.removeAttribute('disabled');
    }
  }, true);
})();
