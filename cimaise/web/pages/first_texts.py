"""The texts a new portal starts with; editors change them in the back office."""

HOME_TITLE = ("Les données de la culture", "Culture, as data")
HOME_INTRO = (
    "Bibliothèques, musées, archives, offres en ligne : cherchez un jeu de données, "
    "regardez-le en tableau, en carte ou en graphique, et emportez-le.",
    "Libraries, museums, archives, online offers: find a dataset, look at it as a table, "
    "a map or a chart, and take it with you.",
)

ACCESSIBILITY_TITLE = ("Accessibilité", "Accessibility")
ACCESSIBILITY = (
    "<p>Ce portail est conçu pour être utilisé par tout le monde : au clavier, avec un lecteur "
    "d’écran, sur un téléphone, avec ou sans JavaScript, en clair comme en sombre.</p>"
    "<h2>État de conformité</h2>"
    "<p>Ce portail n’a pas encore fait l’objet d’un audit selon le référentiel général "
    "d’amélioration de l’accessibilité (RGAA 4.1). Il est donc déclaré non conforme, quoique ses "
    "pages soient vérifiées automatiquement à chaque changement du logiciel.</p>"
    "<h2>Contenus dont l’accessibilité reste imparfaite</h2>"
    "<ul><li>La carte interactive se manipule au clavier, mais ses points ne sont pas lus un par "
    "un : la liste des lieux, sous la carte, dit la même chose.</li>"
    "<li>Les graphiques sont accompagnés du tableau de leurs données.</li>"
    "<li>Les fichiers et les images publiés par les producteurs sont de leur fait.</li></ul>"
    "<h2>Signaler une difficulté</h2>"
    "<p>Écrivez au producteur du portail. Sans réponse satisfaisante, vous pouvez saisir le "
    '<a href="https://formulaire.defenseurdesdroits.fr/">Défenseur des droits</a>.</p>',
    "<p>This portal is meant for everybody: by keyboard, with a screen reader, on a phone, with "
    "or without JavaScript, in light and in dark.</p>"
    "<h2>Compliance status</h2>"
    "<p>This portal has not been audited yet against the French accessibility reference "
    "(RGAA 4.1). It is therefore declared not compliant, although its pages are checked "
    "automatically at every change of the software.</p>"
    "<h2>What is still imperfect</h2>"
    "<ul><li>The interactive map can be used by keyboard, but its points are not read one by one: "
    "the list of places below the map says the same.</li>"
    "<li>Charts come with the table of their data.</li>"
    "<li>Files and images published by producers are their own.</li></ul>"
    "<h2>Report a difficulty</h2>"
    "<p>Write to whoever runs the portal. Without a satisfying answer you may turn to the "
    '<a href="https://formulaire.defenseurdesdroits.fr/">Defender of Rights</a>.</p>',
)

LEGAL_TITLE = ("Mentions légales", "Legal notice")
LEGAL = (
    "<p>Cette page est à compléter par l’institution qui exploite ce portail : éditeur, directeur "
    "de la publication, hébergeur, et contact pour les données personnelles.</p>"
    "<h2>Réutilisation des données</h2>"
    "<p>Chaque jeu de données dit sous quelle licence il est publié, sur sa page d’information."
    "</p><h2>Témoins de connexion</h2>"
    "<p>Le portail ne suit personne. Il ne garde dans votre navigateur que vos choix de langue et "
    "de couleurs et, si vous vous identifiez, votre session.</p>",
    "<p>This page is to be completed by the institution that runs this portal: publisher, "
    "director of publication, host, and contact for personal data.</p>"
    "<h2>Reuse of the data</h2>"
    "<p>Every dataset says under which licence it is published, on its information page.</p>"
    "<h2>Cookies</h2>"
    "<p>The portal tracks nobody. It keeps in your browser only your choices of language and "
    "colours and, if you sign in, your session.</p>",
)
