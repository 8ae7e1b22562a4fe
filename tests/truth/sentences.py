"""What is said, per language and use: tuning and scoring share no sentence."""

from collections.abc import Mapping, Sequence

Sentences = Mapping[str, Sequence[str]]

TUNING_SENTENCES: Sentences = {
    "en": (
        "Good morning, you are through to the service desk, how can I help you today?",
        "I ordered a kettle last Tuesday and it still has not arrived.",
        "Let me just look that up for you.",
        "Right, so the parcel left our warehouse on Friday, and it should be with you tomorrow.",
        "Could you give me the last four digits of your account number, please?",
        "Sure, it is seven, three, one, nine.",
        "Thank you, I can see the order now.",
        "That is the second time this has happened to me this year.",
        "I am sorry about that, I will make a note of it straight away.",
        "No, the blue one.",
        "What happens if nobody is at home when they come?",
        "They leave a card, and you can choose another day on the website.",
        "Okay.",
        "Is there anything else that I can do for you?",
        "No, that is all, thanks very much.",
        "Please hold the line for a moment while I check with my colleague.",
    ),
    "es": (
        "Buenos días, ¿en qué puedo ayudarle?",
        "Llamo porque la factura de este mes es mucho más alta que la anterior.",
        "Un momento, por favor, voy a comprobarlo.",
        "El técnico pasará mañana entre las nueve y las doce.",
        "De acuerdo, muchas gracias.",
        "No, todavía no ha llegado nada.",
        "¿Me puede repetir el número de cliente?",
    ),
    "it": (
        "Buongiorno, sono a sua disposizione.",
        "La lavatrice non funziona più da ieri sera.",
        "Capisco, le mando subito un tecnico a casa.",
        "Va bene, a che ora arriva?",
        "Mi può dire il suo indirizzo, per cortesia?",
        "Sì, certo, abito in via Roma, al numero dodici.",
        "Grazie mille e buona giornata.",
    ),
}

SCORING_SENTENCES: Sentences = {
    "en": (
        "Hello, thanks for calling, who am I speaking with?",
        "Yes hi, my internet has been down since the storm on Sunday night.",
        "Oh dear, that sounds annoying, let us see what we can find out.",
        "There are two lights on the box, one is green and the other keeps flashing red.",
        "Have you already tried to switch it off and on again?",
        "Twice, and it made no difference at all.",
        "I am going to run a short test from here, which takes about a minute.",
        "Fine, take your time.",
        "The test says that the cable outside your house is damaged.",
        "So when can somebody come and fix it?",
        "The first appointment that I have is Thursday, between eight and one.",
        "Thursday is difficult, because I work until four.",
        "Yes.",
        "Would Saturday morning suit you better?",
        "Saturday would be perfect, shall I write down a reference?",
        "Bear with me, I need to put you on hold for a minute or so.",
    ),
    "de": (
        "Guten Tag, was kann ich für Sie tun?",
        "Ich habe gestern eine Mahnung bekommen, obwohl ich schon bezahlt habe.",
        "Einen Augenblick bitte, ich schaue gleich einmal nach.",
        "Das Geld ist am achtzehnten bei uns eingegangen.",
        "Ja, genau.",
        "Dann können Sie den Brief einfach wegwerfen.",
        "Vielen Dank und einen schönen Tag noch.",
    ),
    "fr": (
        "Bonjour, je vous écoute, que puis-je faire pour vous?",
        "J'ai reçu un colis qui n'est pas à moi.",
        "Pourriez-vous me donner la référence qui se trouve sur l'étiquette?",
        "Attendez, je vais chercher mes lunettes.",
        "Un coursier viendra le reprendre vendredi après-midi.",
        "D'accord, merci beaucoup.",
        "Je vous en prie, bonne soirée.",
    ),
    "pt": (
        "Bom dia, fala com o serviço de apoio.",
        "Queria mudar o meu contrato para um mais barato.",
        "Com certeza, deixe-me ver as opções que temos.",
        "Quanto é que eu pago por mês neste momento?",
        "São trinta e cinco euros, com chamadas incluídas.",
        "Está bem, pode ser.",
        "Obrigado e até à próxima.",
    ),
}

BACKCHANNELS: Sequence[str] = ("mm", "uh huh", "yeah", "okay", "right", "aha", "no", "si", "ja")
"""Short enough, in any voice, to be said inside the other's speech."""
