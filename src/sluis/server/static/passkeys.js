// Passkeys: the browser makes or shows one; the form holds what is asked, and takes the answer.

const form = document.querySelector("form[data-passkey]");

async function credential({ publicKey }) {
  if (form.dataset.act === "create") {
    const asked = PublicKeyCredential.parseCreationOptionsFromJSON(publicKey);
    return navigator.credentials.create({ publicKey: asked });
  }
  const asked = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  return navigator.credentials.get({ publicKey: asked });
}

if (form) {
  const failed = form.querySelector("[role=alert]");
  form.querySelector(".actions").hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      const given = await credential(JSON.parse(form.dataset.passkey));
      form.elements.credential.value = JSON.stringify(given.toJSON());
      form.submit();
    } catch {  // called off, timed out, or no device: the reader can try again
      failed.hidden = false;
    }
  });
}
